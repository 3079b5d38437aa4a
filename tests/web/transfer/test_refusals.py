"""An archive that cannot be imported whole is refused whole, with a sentence that says where."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from repoint.accounts.actor import Actor, Scope
from repoint.codes import short_domains
from repoint.codes.create import create_code
from repoint.codes.draft import DynamicDraft
from repoint.codes.portability.tables import imports
from repoint.codes.table import codes
from repoint.codes.usage import usage_of
from repoint.kit.db import Tx
from repoint.kit.errors import Conflict, Forbidden, Invalid, LimitReached, NotInPlan, PlanExpired
from repoint.links.table import links
from repoint.plans import catalogue, crossings, subscriptions
from repoint.plans.catalogue import Catalogue
from repoint.plans.plan import Ability, Feature, Plan
from repoint.web.transfer.incoming import Importer
from tests.conftest import FakeClock
from tests.web.transfer.conftest import Install, Installation

Files = dict[str, bytes]
Change = Callable[[Files], None]


@pytest.fixture
def here(install: Install) -> Installation:
    """An installation."""
    return install()


@pytest.fixture
def files(install: Install) -> Files:
    """The files of an export with two codes and a logo."""
    source = install()
    actor = source.org()

    def fill(tx: Tx) -> None:
        for number in range(2):
            create_code(tx, actor, DynamicDraft(f"https://example.com/{number}"), space=source.space)

    source.db.write_now(fill)
    with zipfile.ZipFile(io.BytesIO(source.export(actor))) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def _packed(files: Files) -> bytes:
    """An archive of these files, with a manifest that fits."""
    with suppress(KeyError, ValueError, TypeError, RecursionError):  # where the manifest is what is wrong, it stays so
        said = json.loads(files["manifest.json"])
        for file in said["files"]:
            if file["name"] in files:
                file["sha256"] = hashlib.sha256(files[file["name"]]).hexdigest()
        files = {**files, "manifest.json": json.dumps(said).encode()}
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, body in files.items():
            opened.writestr(name, body)
    return archive.getvalue()


def _count(tx: Tx) -> tuple[int, ...]:
    return tuple(tx.execute(select(func.count()).select_from(table)).scalar_one() for table in (codes, links, imports))


def _manifest(**values: Any) -> Change:
    def change(files: Files) -> None:
        files["manifest.json"] = json.dumps({**json.loads(files["manifest.json"]), **values}).encode()

    return change


def _second_code(**values: Any) -> Change:
    """Fields of the second code changed."""

    def change(files: Files) -> None:
        first, second = files["codes.jsonl"].splitlines()
        files["codes.jsonl"] = first + b"\n" + json.dumps({**json.loads(second), **values}).encode() + b"\n"

    return change


def _file(name: str, body: bytes) -> Change:
    return lambda files: files.update({name: body})


def _without(name: str) -> Change:
    def change(files: Files) -> None:
        del files[name]

    return change


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (_without("manifest.json"), "is no export of Repoint: it has no manifest.json"),
        (_file("manifest.json", b"{"), "manifest.json is not JSON"),
        (_file("manifest.json", b"[" * 100_000), "manifest.json is not JSON"),
        (_manifest(format="else"), "names another format"),
        (_manifest(format_version=2), "has format version 2; this Repoint reads version 1"),
        (_manifest(source=None), "does not say where it is from"),
        (_manifest(source="org_\x00"), "does not say where it is from"),
        (_manifest(files=7), "does not list its `files`"),
        (_without("codes.jsonl"), "the entry 'codes.jsonl' is missing"),
        (_file("designs.jsonl", b"not json\n"), "designs.jsonl, row 1, line: is not JSON"),
        (_file("designs.jsonl", b"[]\n"), "designs.jsonl, row 1, line: is not a JSON object"),
        (_file("designs.jsonl", b"[" * 50_000 + b"\n"), "designs.jsonl, row 1, line: is not JSON"),
        (_file("designs.jsonl", b'{"id": NaN}\n'), "designs.jsonl, row 1, line: is not JSON"),
        (_file("designs.jsonl", b"x" * 300_000), "a line of more than 262,144 bytes"),
        (_second_code(slug="a b"), "codes.jsonl, row 2, slug: must have 1 to 64 characters"),
        (_second_code(slug=None), "codes.jsonl, row 2, slug: must be a text"),
        (_second_code(destination="javascript:alert(1)"), "row 2, destination: must begin with http"),
        (_second_code(domain="../x"), "row 2, domain: must be a host name"),
        (_second_code(title="a" * 151), "row 2, title: must have at most 150"),
        (_second_code(title="\x00"), "row 2, title: holds a NUL"),
        (_second_code(tags=[1]), "row 2, tags: must be a list of texts"),
        (_second_code(tags=["a" * 51]), "row 2, tags: must have 1 to 50"),
        (_second_code(type="other"), "row 2, type: must be 'dynamic' or 'static'"),
        (_second_code(type="static"), "row 2, text: must be a text"),
        (_second_code(id="qr_1"), "row 2, id: must be qr_ and a ULID"),
        (_second_code(paused="no"), "row 2, paused: must be true or false"),
        (_second_code(version=0), "row 2, version: must be a whole number"),
        (_second_code(version=10**30), "row 2, version: must be a whole number"),
        (_second_code(created_at="yesterday"), "row 2, created_at: must be a time"),
        (_second_code(created_at="1815-12-10T00:00:00Z"), "row 2, created_at: must lie between"),
        (_second_code(design={"modules": {"shape": "banana"}}), "row 2, design.modules.shape"),
        (_second_code(design={"logo": {"image": "logo_01JZ8Q4XK7T9V2M5N6P8R0S3W1"}}), "which is not in the archive"),
        (_file("../evil", b""), "leads out of the archive"),
    ],
)
def test_what_is_refused(here: Installation, files: Files, change: Change, reason: str) -> None:
    """Nothing of the archive is taken in, not even the rows before the wrong one."""
    change(files)
    actor = here.org()
    before = here.db.read_now(_count)
    with pytest.raises(Invalid) as caught:
        here.take_in(actor, _packed(files))
    assert reason in caught.value.reason
    assert here.db.read_now(_count) == before
    assert list(here.spool.iterdir()) == []


def test_what_differs_from_the_manifest(here: Installation, files: Files) -> None:
    """A file that was changed behind the manifest's back is refused."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        for name, body in files.items():
            opened.writestr(name, body.replace(b"example.com/1", b"evil.example/") if name == "codes.jsonl" else body)
    with pytest.raises(Invalid, match="its SHA-256 differs"):
        here.take_in(here.org(), archive.getvalue())


@pytest.mark.parametrize("body", [b"<svg", b"\x89PNG\r\n\x1a\n", b"GIF89a", b'<!DOCTYPE x [<!ENTITY a "b">]><svg/>'])
def test_artwork_is_never_trusted(here: Installation, files: Files, body: bytes) -> None:
    """Artwork goes the way of an upload: what no upload may be refuses the archive, and names the entry."""
    sha256 = hashlib.sha256(body).hexdigest()
    row = {"id": "logo_01JZ8Q4XK7T9V2M5N6P8R0S3W1", "name": "a", "media_type": "image/svg+xml", "sha256": sha256}
    files["logos.jsonl"] = json.dumps({**row, "created_at": "2026-11-20T10:00:00Z"}).encode()
    files[f"logos/{sha256}.svg"] = body
    with pytest.raises(Invalid, match=rf"the entry 'logos/{sha256}\.svg'"):
        here.take_in(here.org(), _packed(files))


def test_a_script_in_artwork_is_gone_or_refused(here: Installation, files: Files) -> None:
    """Whatever the archive says, what is kept is our own clean artwork."""
    inner = b'<title>x</title><path d="M0 0H9V9Z" fill="red"/>'
    body = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">' + inner + b"</svg>"
    sha256 = hashlib.sha256(body).hexdigest()
    row = {"id": "logo_01JZ8Q4XK7T9V2M5N6P8R0S3W1", "name": "a", "media_type": "image/svg+xml", "sha256": sha256}
    files["logos.jsonl"] = json.dumps({**row, "created_at": "2026-11-20T10:00:00Z"}).encode()
    files[f"logos/{sha256}.svg"] = body
    actor = here.org()
    assert here.take_in(actor, _packed(files)).counts["logo"].created == 1
    with zipfile.ZipFile(io.BytesIO(here.export(actor))) as opened:
        [kept] = [opened.read(name) for name in opened.namelist() if name.startswith("logos/")]
    assert b"<title>" not in kept


def test_rows_that_are_left(here: Installation, files: Files) -> None:
    """What only speaks against a row here leaves it out and takes the others; verified later, it comes after all."""
    _second_code(domain="go.acme.example")(files)
    actor = here.org()
    state = here.take_in(actor, _packed(files))
    assert [(left.row, left.code) for left in state.conflicts] == [(2, "domain_not_served")]
    from repoint.links import domains

    added = here.db.write_now(domains.add_domain, actor, host="go.acme.example", space=here.space)
    here.db.write_now(domains.verify, actor, added, space=here.space)
    state = here.take_in(actor, _packed(files))
    assert (state.counts["code"].created, state.counts["code"].unchanged, state.conflicts) == (1, 1, ())


@pytest.mark.parametrize("goal", ["https://qr.example/r/abc", "https://go.example/abc"])
def test_a_loop_is_left(here: Installation, files: Files, goal: str) -> None:
    """A destination that is fine elsewhere and is this installation itself leaves its row out."""
    _second_code(destination=goal)(files)
    state = here.take_in(here.org(), _packed(files))
    assert [(left.row, left.code) for left in state.conflicts] == [(2, "destination_refused")]


def test_slugs_that_no_new_code_may_have(here: Installation, files: Files) -> None:
    """Short and reserved slugs are printed somewhere, so an import keeps them; of two rows with one slug the first."""
    first, second = (json.loads(line) for line in files["codes.jsonl"].splitlines())
    rows = [
        {**first, "slug": "a"},
        {**second, "slug": "api"},
        {**second, "id": "qr_01JZ8Q4XK7T9V2M5N6P8R0S3W1", "slug": "a"},
    ]
    files["codes.jsonl"] = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
    state = here.take_in(here.org(), _packed(files))
    assert (state.counts["code"].created, [left.row for left in state.conflicts]) == (2, [3])


def test_it_goes_on_where_it_was_stopped(here: Installation, files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    """An import that was killed between two steps goes on there, and counts every row once."""
    from repoint.codes.portability import archive as archives

    row = json.loads(files["codes.jsonl"].splitlines()[0])
    ids = [f"qr_01JZ8Q4XK7T9V2M5N6P8R0S3{number:02d}" for number in range(30)]
    rows = [{**row, "id": code_id, "slug": f"slug-{code_id[-2:]}"} for code_id in ids]
    files["codes.jsonl"] = b"".join(json.dumps(each).encode() + b"\n" for each in rows)
    monkeypatch.setattr(archives.Archive.batch, "__kwdefaults__", {"limit": 7})
    actor = here.org()
    archive = _packed(files)
    write, steps = here.db.write, 0

    async def dies(use_case: Any, *args: Any, **kwargs: Any) -> Any:
        nonlocal steps
        steps += 1
        if steps == 9:
            raise ConnectionError("killed")
        return await write(use_case, *args, **kwargs)

    monkeypatch.setattr(here.db, "write", dies)
    with pytest.raises(ConnectionError):
        here.take_in(actor, archive)
    monkeypatch.setattr(here.db, "write", write)
    assert 0 < here.db.read_now(_count)[0] < 30
    state = here.take_in(actor, archive)
    assert (state.counts["code"].created, state.counts["code"].unchanged) == (30, 0)
    assert here.db.read_now(_count) == (30, 30, 1)


def _plan_of(here: Installation, actor: Actor, monkeypatch: pytest.MonkeyPatch, **fields: Any) -> None:
    """Give the organisation a plan with these fields."""
    plan = Plan("tight", **fields)
    monkeypatch.setattr(catalogue, "_present", Catalogue({**catalogue.SHIPPED, plan.name: plan}))
    here.db.write_now(subscriptions.subscribe, actor.org, plan, ends_at=None, who="cli")


@pytest.mark.parametrize(
    ("fields", "second", "created"),
    [
        ({"limits": {Feature.ACTIVE_CODES: 1}}, {}, 1),
        ({"limits": {Feature.ACTIVE_CODES: 1}}, {"paused": True}, 2),
        ({"limits": {Feature.ACTIVE_CODES: 1}, "counts_paused": True}, {"paused": True}, 1),
        ({"limits": {Feature.ACTIVE_CODES: 1}}, {"grace_until": "2027-01-01T00:00:00Z"}, 2),
        ({"limits": {Feature.CODES_PER_MONTH: 1}}, {"paused": True}, 1),
        ({"limits": {Feature.CODES_PER_MONTH: 2, Feature.ACTIVE_CODES: 2}}, {}, 2),
    ],
)
def test_the_plan_s_room(
    here: Installation,
    files: Files,
    monkeypatch: pytest.MonkeyPatch,
    fields: dict[str, Any],
    second: dict[str, Any],
    created: int,
) -> None:
    """As many codes as the plan has room for come in, in their order; they count, and the others are left."""
    _second_code(**second)(files)
    actor = here.org()
    _plan_of(here, actor, monkeypatch, **fields)
    state = here.take_in(actor, _packed(files))
    assert state.counts["code"].created == created
    assert [(left.row, left.code) for left in state.conflicts] == [(2, "limit_reached")][: 2 - created]
    used = {use.feature: use.used for use in here.db.read_now(usage_of, actor).uses}
    assert used[Feature.CODES_PER_MONTH] == created
    reached = [each.percent for each in here.db.read_now(crossings.of_month, actor.org, month="2026-11")]
    assert 100 in reached
    with pytest.raises(LimitReached):
        here.db.write_now(create_code, actor, DynamicDraft("https://example.com"), space=here.space)


def test_a_taken_slug_needs_no_room(here: Installation, files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row whose slug is taken takes nothing from those behind it."""
    first, second = files["codes.jsonl"].splitlines()
    files["codes.jsonl"] = json.dumps({**json.loads(first), "slug": "spring-sale"}).encode() + b"\n" + second + b"\n"
    taken = DynamicDraft("https://example.com", slug="spring-sale")
    here.db.write_now(create_code, here.org("Globex"), taken, space=here.space)
    actor = here.org()
    _plan_of(here, actor, monkeypatch, limits={Feature.ACTIVE_CODES: 1, Feature.CODES_PER_MONTH: 1})
    state = here.take_in(actor, _packed(files))
    assert [(left.row, left.code) for left in state.conflicts] == [(1, "slug_taken")]
    assert state.counts["code"].created == 1


def test_the_plan_s_room_for_domains(here: Installation, files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hosts come in as far as there is room; one that was added before takes none."""
    ids = [f"domain_01JZ8Q4XK7T9V2M5N6P8R0S3{number:02d}" for number in range(3)]
    hosts = ["one.example", "two.example", "three.example"]
    rows = [{"id": each, "host": host} for each, host in zip(ids, hosts, strict=True)]
    files["domains.jsonl"] = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
    actor = here.org()
    here.db.write_now(short_domains.add_domain, actor, host="two.example", space=here.space)
    _plan_of(here, actor, monkeypatch, limits={Feature.DOMAINS: 2})
    state = here.take_in(actor, _packed(files))
    assert (state.counts["domain"].created, state.counts["domain"].unchanged) == (1, 1)
    assert [(left.file, left.row, left.code) for left in state.conflicts] == [("domains.jsonl", 3, "limit_reached")]


def test_a_plan_without_bulk_calls(here: Installation, files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    """Such a plan imports nothing; the size of a bulk call bounds no archive."""
    actor = here.org()
    _plan_of(here, actor, monkeypatch, lacks=frozenset({Ability.BULK}))
    with pytest.raises(NotInPlan):
        here.take_in(actor, _packed(files))
    assert here.db.read_now(_count) == (0, 0, 0)
    _plan_of(here, actor, monkeypatch, limits={Feature.BULK_SIZE: 1})
    assert here.take_in(actor, _packed(files)).counts["code"].created == 2


def test_after_the_end_of_the_plan(here: Installation, files: Files, clock: FakeClock) -> None:
    """Nothing is imported once the grace time is over, not even what was begun before."""
    actor = here.org()
    here.db.write_now(subscriptions.subscribe, actor.org, catalogue.SELFHOSTED, ends_at=clock.now, who="cli")
    clock.forward(timedelta(days=91))
    with pytest.raises(PlanExpired):
        here.take_in(actor, _packed(files))
    assert here.db.read_now(_count) == (0, 0, 0)


def test_who_may_import(here: Installation, files: Files) -> None:
    """It takes an admin key; and one import of an organisation runs at a time."""
    actor = here.org()
    with pytest.raises(Forbidden):
        here.take_in(Actor(actor.org, "key_w", Scope.WRITE), _packed(files))
    importer = Importer(here.db, here.space, here.jail, here.spool, running={actor.org})
    with pytest.raises(Conflict) as caught:
        importer.admit(actor)
    assert caught.value.code == "import_running"


def test_an_organisation_sends_one_archive_at_a_time(here: Installation) -> None:
    """Each lies on the disk while it comes; another organisation need not wait, and what ends badly is over too."""
    actor = here.org()
    importer = Importer(here.db, here.space, here.jail, here.spool)
    with importer.reception(actor):
        with pytest.raises(Conflict, match="being received") as caught, importer.reception(actor):
            pass
        with importer.reception(here.org("Other")):
            pass
    assert caught.value.code == "import_running"
    with pytest.raises(OSError, match="full"), importer.reception(actor):
        raise OSError("full")
    with importer.reception(actor):
        pass
