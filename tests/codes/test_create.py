"""A new code is there as it was drafted, all or nothing."""

from typing import Any

import pytest

from repoint.accounts.actor import Actor
from repoint.codes.code import Code
from repoint.codes.create import create_code
from repoint.codes.draft import Draft, DynamicDraft, StaticDraft
from repoint.codes.find import get_code
from repoint.kit.db import Database
from repoint.kit.errors import Conflict, Invalid
from repoint.links.resolve import Redirect, load
from repoint.links.slug import LENGTH
from repoint.links.space import LinkSpace
from repoint.scans.totals import Totals
from tests.codes.conftest import GOAL, MakeCode, Snapshot
from tests.conftest import START, Forgotten, MakeActor


def _create(db: Database, actor: Actor, space: LinkSpace, draft: Draft) -> Code:
    return db.write_now(create_code, actor, draft, space=space)


def test_a_dynamic_code(db: Database, actor: Actor, space: LinkSpace, forgotten: Forgotten) -> None:
    """Defaults filled in, version 1, not scanned yet, active; its link redirects and was announced."""
    code = _create(db, actor, space, DynamicDraft(GOAL, title="Spring", tags=("print", "q2")))
    assert (code.type, code.title, code.tags, code.destination) == ("dynamic", "Spring", ("print", "q2"), GOAL)
    assert code.slug is not None
    assert len(code.slug) == LENGTH
    assert (code.domain, code.text, code.version, code.serial) == ("", None, 1, 1)
    assert (code.created_at, code.updated_at, code.grace_until) == (START, START, None)
    assert code.totals == Totals(0, 0, 0)
    assert code.status(START) == "active"
    assert forgotten.links == [("", code.slug)]
    key = code.slug.encode()
    assert db.read_now(load, [key]) == {key: Redirect(code.link_id or 0, GOAL.encode())}


def test_a_static_code(db: Database, actor: Actor, space: LinkSpace, forgotten: Forgotten, stored: Snapshot) -> None:
    """It holds its text itself: no link, nothing to announce."""
    code = _create(db, actor, space, StaticDraft("Gr\u00fc\u00dfe \U0001f600"))
    assert (code.type, code.text, code.link_id) == ("static", "Gr\u00fc\u00dfe \U0001f600", None)
    assert (code.slug, code.destination, code.status(START)) == (None, None, "active")
    assert forgotten.links == []
    assert len(stored()) == 1


@pytest.mark.parametrize("draft", [DynamicDraft(GOAL, design={"modules": {"shape": "dots"}}), StaticDraft("hello")])
def test_what_is_returned_is_what_is_found(db: Database, actor: Actor, space: LinkSpace, draft: Draft) -> None:
    """Getting the code gives it exactly as creating did, every default of its design written out."""
    code = _create(db, actor, space, draft)
    assert db.read_now(get_code, actor, code.public_id) == code
    assert {"modules", "corners", "background", "quiet_zone"} <= set(code.design)


def test_the_own_slug_and_domain(db: Database, actor: Actor, space: LinkSpace) -> None:
    """A chosen slug on a short domain, in the domain's one spelling."""
    code = _create(db, actor, space, DynamicDraft(GOAL, slug="Spring-26", domain="GO.example"))
    assert (code.slug, code.domain) == ("Spring-26", "go.example")


def test_ids_and_serials_go_up(make_code: MakeCode, make_static: MakeCode, make_actor: MakeActor) -> None:
    """Across organisations and kinds each new code has a greater id and the next serial."""
    made = [make_code(), make_static(), make_code(make_actor(name="Globex")), make_code()]
    assert [code.serial for code in made] == [1, 2, 3, 4]
    assert sorted(code.id for code in made) == [code.id for code in made]
    assert sorted(code.public_id for code in made) == [code.public_id for code in made]


@pytest.mark.parametrize(
    ("field", "draft"),
    [
        ("title", DynamicDraft(GOAL, title="x" * 151)),
        ("title", StaticDraft("x", title="\ud83d")),
        ("tags", DynamicDraft(GOAL, tags=("",))),
        ("slug", DynamicDraft(GOAL, slug="api")),
        ("domain", DynamicDraft(GOAL, domain="other.example")),
        ("destination", DynamicDraft("https://qr.example/r/x")),
        ("design.modules.shape", DynamicDraft(GOAL, design={"modules": {"shape": "hearts!"}})),
        ("content.text", StaticDraft("")),
        ("content.text", StaticDraft("x" * 2954)),
        ("content.text", StaticDraft("x" * 2000, design={"error_correction": "H"})),
    ],
)
def test_what_cannot_be(
    db: Database,
    actor: Actor,
    space: LinkSpace,
    stored: Snapshot,
    forgotten: Forgotten,
    field: str,
    draft: Draft,
) -> None:
    """A bad part is refused under its name in the API; nothing is stored, no slug used up, nothing announced."""
    with pytest.raises(Invalid) as caught:
        _create(db, actor, space, draft)
    assert caught.value.field == field
    assert stored() == []
    assert forgotten.links == []


def test_a_taken_slug(db: Database, actor: Actor, space: LinkSpace, make_code: MakeCode, stored: Snapshot) -> None:
    """`slug_taken`, and the code that has it stays as it is."""
    make_code(slug="Spring")
    before = stored()
    with pytest.raises(Conflict) as caught:
        _create(db, actor, space, DynamicDraft("https://example.org/", slug="Spring"))
    assert caught.value.code == "slug_taken"
    assert stored() == before


@pytest.mark.parametrize("text", ["x" * 2953, "\u00e9" * 1476, "1", " ", "a\nb"])
def test_texts_that_fit(db: Database, actor: Actor, space: LinkSpace, text: str) -> None:
    """The largest text that a symbol holds, and the smallest, are kept to the byte."""
    assert _create(db, actor, space, StaticDraft(text)).text == text


def test_a_design_is_kept_complete(make_code: MakeCode) -> None:
    """What the draft says of the design is kept; what it does not say is the same as in a code without a design."""
    plain: dict[str, Any] = dict(make_code().design)
    drawn: dict[str, Any] = dict(make_code(design={"modules": {"shape": "dots"}}).design)
    assert drawn["modules"]["shape"] == "dots"
    assert plain.pop("modules") != drawn.pop("modules")
    assert plain == drawn
