"""What was exported and imported again is the same."""

import hashlib
import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from repoint.accounts import audit
from repoint.accounts.actor import Actor, Scope
from repoint.codes.create import create_code
from repoint.codes.delete import delete_code, delete_for_good
from repoint.codes.designs import add_design
from repoint.codes.draft import DynamicDraft, NewLogo, StaticDraft
from repoint.codes.edit import Edit, edit_code
from repoint.codes.filters import Filter
from repoint.codes.find import list_codes
from repoint.codes.folders import add_folder, delete_folder, edit_folder
from repoint.codes.logos import add_logo
from repoint.kit.cursor import Cursors
from repoint.kit.db import Tx
from repoint.kit.errors import Forbidden
from repoint.kit.pages import Asked
from tests.conftest import FakeClock
from tests.web.transfer.conftest import Install, Installation, rows_of, text_of

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><path d="M0 0H10V10H0Z" fill="#C00"/></svg>'
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=40)
TAGS = st.lists(TEXTS.map(str.strip).filter(bool), max_size=4).map(tuple)
IMPORTED = ("domains", "logos", "designs", "folders", "tags", "codes")


def _fill(tx: Tx, actor: Actor, space: Any, codes: list[tuple[str, tuple[str, ...], str]]) -> None:
    logo, _ = add_logo(tx, actor, NewLogo("image/svg+xml", _clean(SVG), "Red"))
    add_design(tx, actor, name="Brand", design={"logo": {"image": logo.public_id}})
    top = add_folder(tx, actor, name="Print", parent_id=None).public_id
    inner = add_folder(tx, actor, name="Tables", parent_id=top).public_id
    add_folder(tx, actor, name="Tables", parent_id=None)
    edit_folder(tx, actor, top, parent_id=add_folder(tx, actor, name="Younger", parent_id=None).public_id)
    for number, (title, tags, kind) in enumerate(codes):
        folder = (None, top, inner)[number % 3]
        if kind == "static":
            create_code(
                tx, actor, StaticDraft(f"Table {number}", title=title, tags=tags, folder_id=folder), space=space
            )
            continue
        domain = "go.example" if number % 2 else None
        design = {"logo": {"image": logo.public_id}} if kind == "logo" else {"modules": {"shape": "dots"}}
        goal = f"https://example.com/{number}?q={'ä' * (number % 3)}"
        draft = DynamicDraft(goal, title=title, tags=tags, folder_id=folder, domain=domain, design=design)
        made = create_code(tx, actor, draft, space=space)
        if kind == "paused":
            edit_code(tx, actor, made.public_id, Edit(status="paused"), space=space)
        if kind == "deleted":
            delete_code(tx, actor, made.public_id, space=space)


def _clean(svg: bytes) -> bytes:
    from repoint.rendering import artwork_file, logo_import

    return artwork_file.write(logo_import.read(svg))[1]


def _content(archive: bytes) -> dict[str, Any]:
    """What must be the same: everything that an import reads, but for serials, which are given out in order."""
    kept: dict[str, Any] = {name: rows_of(archive, f"{name}.jsonl") for name in IMPORTED}
    for row in kept["codes"]:
        del row["serial"]
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        kept["artwork"] = {name: opened.read(name) for name in opened.namelist() if name.startswith("logos/")}
    return kept


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.lists(
        st.tuples(TEXTS, TAGS, st.sampled_from(["plain", "static", "logo", "paused", "deleted"])),
        max_size=12,
    )
)
def test_an_empty_installation_becomes_the_same(
    install: Install, codes: list[tuple[str, tuple[str, ...], str]]
) -> None:
    """Export, import into an empty installation, export: the same content, ids and times too; again changes nothing."""
    here, there = install(), install()
    actor, other = here.org(), there.org("Other")
    here.db.write_now(_fill, actor, here.space, codes)
    archive = here.export(actor)
    state = there.take_in(other, archive)
    assert (state.counts["code"].created, state.counts["code"].conflicts) == (len(codes), 0)
    assert _content(there.export(other)) == _content(archive)
    again = there.take_in(other, archive)
    assert all(each.created == each.conflicts == 0 for each in again.counts.values())
    assert again.counts["code"].unchanged == len(codes)
    assert _content(there.export(other)) == _content(archive)


def test_folders_and_tags_that_are_there(install: Install) -> None:
    """A folder in the same place and a tag of the same name are the same; what lay in one that is gone moves up."""
    here, there = install(), install()
    actor, other = here.org(), there.org("Other")
    here.db.write_now(_fill, actor, here.space, [("a", ("X",), "plain"), ("b", ("X",), "plain"), ("c", (), "plain")])
    there.db.write_now(add_folder, other, name="YOUNGER", parent_id=None)
    there.db.write_now(create_code, other, DynamicDraft("https://example.com", tags=("x",)), space=there.space)
    archive = here.export(actor)
    state = there.take_in(other, archive)
    assert [(state.counts[kind].created, state.counts[kind].unchanged) for kind in ("folder", "tag")] == [
        (3, 1),
        (0, 1),
    ]
    taken = {row["title"]: row for row in rows_of(there.export(other), "codes.jsonl")}
    paths = {row["id"]: row for row in rows_of(there.export(other), "folders.jsonl")}
    assert [taken[title]["tags"] for title in "abc"] == [["x"], ["x"], []]
    inner = paths[taken["c"]["folder_id"]]
    assert [inner["name"], paths[inner["parent_id"]]["name"]] == ["Tables", "Print"]
    top = paths[paths[inner["parent_id"]]["parent_id"]]
    assert (top["name"], top["parent_id"]) == ("YOUNGER", None)
    page = there.db.read_now(list_codes, other, Asked(None, 9, Cursors(b"a")), wanted=Filter(q="tables"))
    assert page.codes == []
    page = there.db.read_now(list_codes, other, Asked(None, 9, Cursors(b"a")), wanted=Filter(tags=("X",)))
    assert len(page.codes) == 3

    def lose(tx: Tx) -> None:
        for code_id in (taken["c"]["id"],):
            delete_for_good(tx, other, code_id, space=there.space)
        delete_folder(tx, other, inner["id"])

    there.db.write_now(lose)
    here.db.write_now(
        create_code, actor, StaticDraft("new", title="d", folder_id=_in_tables(here, actor)), space=here.space
    )
    again = there.take_in(other, here.export(actor))
    assert (again.counts["folder"].created, again.counts["code"].created, again.conflicts) == (0, 1, ())
    taken = {row["title"]: row for row in rows_of(there.export(other), "codes.jsonl")}
    assert (taken["d"]["folder_id"], "c" in taken) == (None, False)


def _in_tables(here: Installation, actor: Actor) -> str:
    (row,) = (
        row for row in rows_of(here.export(actor), "folders.jsonl") if row["name"] == "Tables" and row["parent_id"]
    )
    return str(row["id"])


def test_the_manifest_says_what_is_in_the_archive(install: Install) -> None:
    """Every file of the manifest is there with its rows, bytes and SHA-256; the manifest is the last entry."""
    here = install()
    actor = here.org()
    here.db.write_now(_fill, actor, here.space, [("a", ("x",), "plain"), ("b", (), "static")])
    archive = here.export(actor)
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        assert opened.testzip() is None
        names = opened.namelist()
        manifest = json.loads(opened.read("manifest.json"))
        assert (names[0], names[-1]) == ("README.txt", "manifest.json")
        assert (manifest["format"], manifest["format_version"]) == ("repoint-export", 1)
        for file in manifest["files"]:
            body = opened.read(file["name"])
            assert (len(body), hashlib.sha256(body).hexdigest()) == (file["bytes"], file["sha256"])
        counted = {file["name"]: file["rows"] for file in manifest["files"]}
    assert (counted["codes.jsonl"], counted["codes.csv"], counted["logos.jsonl"], counted["tags.jsonl"]) == (2, 2, 1, 1)
    assert counted["redirects/nginx.map"] == 1


def test_a_formula_stays_a_text(install: Install) -> None:
    """A title that a spreadsheet would run is guarded in the CSV file, and as it is in the JSON file."""
    here = install()
    actor = here.org()
    here.db.write_now(_fill, actor, here.space, [('=HYPERLINK("http://x")', (), "plain"), ("+1", (), "plain")])
    archive = here.export(actor)
    assert "\"'=HYPERLINK(" in text_of(archive, "codes.csv")
    assert ",'+1," in text_of(archive, "codes.csv")
    assert [row["title"] for row in rows_of(archive, "codes.jsonl")] == ['=HYPERLINK("http://x")', "+1"]


def test_an_export_is_one_organisation_s(install: Install) -> None:
    """Nothing of another organisation is in an archive, and whoever may not administer gets none."""
    here = install()
    acme, other = here.org(), here.org("Other")
    here.db.write_now(_fill, acme, here.space, [("mine", ("mine",), "plain")])
    here.db.write_now(_fill, other, here.space, [("theirs", ("theirs",), "logo")])
    archive = here.export(acme)
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        for name in opened.namelist():
            assert b"theirs" not in opened.read(name), name
    assert [row["title"] for row in rows_of(archive, "codes.jsonl")] == ["mine"]
    with pytest.raises(Forbidden):
        here.export(Actor(acme.org, "key_x", Scope.WRITE))


def test_slugs_that_are_taken_are_left(install: Install) -> None:
    """On the same installation every slug is taken: those codes are left, each with its row; the others come anew."""
    here = install()
    acme, other = here.org(), here.org("Other")
    here.db.write_now(_fill, acme, here.space, [("a", (), "plain"), ("b", (), "static"), ("c", (), "logo")])
    archive = here.export(acme)
    state = here.take_in(other, archive)
    assert (state.counts["code"].created, state.counts["code"].conflicts) == (1, 2)
    assert [(left.file, left.row, left.code) for left in state.conflicts] == [
        ("codes.jsonl", 1, "slug_taken"),
        ("codes.jsonl", 3, "slug_taken"),
    ]
    mine, theirs = rows_of(archive, "codes.jsonl"), rows_of(here.export(other), "codes.jsonl")
    assert theirs[0]["id"] not in {row["id"] for row in mine}
    assert rows_of(here.export(acme), "codes.jsonl") == mine
    again = here.take_in(other, archive)
    assert (again.counts["code"].created, again.counts["code"].unchanged) == (0, 1)


def test_into_itself_nothing_changes(install: Install) -> None:
    """An organisation that imports its own export has everything already."""
    here = install()
    actor = here.org()
    here.db.write_now(_fill, actor, here.space, [("a", (), "plain"), ("b", (), "logo")])
    archive = here.export(actor)
    state = here.take_in(actor, archive)
    assert {each.created for each in state.counts.values()} == {0}
    assert _content(here.export(actor)) == _content(archive)


def test_what_was_deleted_here_does_not_come_back(install: Install) -> None:
    """A code that was imported and then deleted for good stays away at the next import of the same archive."""
    here, there = install(), install()
    actor, other = here.org(), there.org()
    here.db.write_now(_fill, actor, here.space, [("a", (), "plain")])
    archive = here.export(actor)
    there.take_in(other, archive)
    code = rows_of(archive, "codes.jsonl")[0]["id"]
    there.db.write_now(delete_for_good, other, code, space=there.space)
    assert there.take_in(other, archive).counts["code"].unchanged == 1
    assert rows_of(there.export(other), "codes.jsonl") == []


def test_an_import_announces_its_links_and_is_written_down(install: Install) -> None:
    """New links are forgotten by the cache, and the audit log says what came from where."""
    here, there = install(), install()
    actor, other = here.org(), there.org()
    here.db.write_now(_fill, actor, here.space, [("a", (), "plain"), ("b", (), "static")])
    archive = here.export(actor)
    there.take_in(other, archive)
    slug = rows_of(archive, "codes.jsonl")[0]["slug"]
    assert there.forgotten.links == [("", slug)]
    entries = there.db.read_now(audit.newest, other.org, subject=None, below=None, limit=50)
    actions = [entry.action for entry in reversed(entries)]
    assert (actions[0], actions[-1]) == ("import.started", "import.finished")
    assert actions.count("code.imported") == 2
    assert there.db.read_now(audit.broken_at, other.org) is None


def test_grace_time_goes_on(install: Install, clock: FakeClock) -> None:
    """A deleted code keeps the end of its grace time, and is out of it when that has come."""
    here, there = install(), install()
    actor, other = here.org(), there.org()
    here.db.write_now(_fill, actor, here.space, [("a", (), "deleted")])
    archive = here.export(actor)
    there.take_in(other, archive)
    assert rows_of(there.export(other), "codes.jsonl")[0]["status"] == "grace"
    clock.forward(timedelta(days=91))
    assert rows_of(there.export(other), "codes.jsonl")[0]["status"] == "expired"
    assert "example.com" not in text_of(there.export(other), "redirects/apache.map")


def test_pictures_of_every_code(install: Install) -> None:
    """With `pictures` each code has its picture, and a line that says its name and hash."""
    here = install()
    actor = here.org()
    here.db.write_now(_fill, actor, here.space, [("a", (), "plain"), ("b", (), "static"), ("c", (), "logo")] * 8)
    archive = here.export(actor, "svg")
    lines = rows_of(archive, "pictures.jsonl")
    assert len(lines) == 24
    for line in lines:
        assert hashlib.sha256(text_of(archive, line["file"]).encode()).hexdigest() == line["sha256"]
