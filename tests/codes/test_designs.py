"""Stored designs belong to an organisation; codes take copies."""

from collections.abc import Callable

import pytest

from repoint.accounts.actor import Actor, Scope
from repoint.codes.create import create_code
from repoint.codes.designs import StoredDesign, add_design, delete_design, edit_design, get_design, list_designs
from repoint.codes.draft import DynamicDraft, StaticDraft, Styling
from repoint.codes.edit import Edit, edit_code
from repoint.codes.find import get_code
from repoint.codes.pictures import look, presets
from repoint.kit.cursor import Cursors
from repoint.kit.db import Database
from repoint.kit.errors import Forbidden, Invalid, NotFound
from repoint.kit.pages import Asked
from repoint.links.space import LinkSpace
from tests.codes.conftest import GOAL, MakeCode
from tests.conftest import MakeActor

CURSORS = Cursors(b"secret")
NAVY = {"modules": {"color": "navy", "shape": "dots"}, "quiet_zone": 6}


@pytest.fixture
def navy(db: Database, actor: Actor) -> StoredDesign:
    """A stored design of the usual actor."""
    return db.write_now(add_design, actor, name=" Navy ", design=NAVY)


def test_a_design_is_stored_whole(db: Database, actor: Actor, navy: StoredDesign) -> None:
    """Every default is filled in, colours are written in one way, and the name has no outer spaces."""
    assert (navy.name, navy.version) == ("Navy", 1)
    assert navy.design["modules"] == {"shape": "dots", "color": "#000080", "gradient": None, "scale": 1.0}
    assert navy.design["error_correction"] == "auto"
    assert db.read_now(get_design, actor, navy.public_id) == navy


def test_a_change_is_merged(db: Database, actor: Actor, navy: StoredDesign) -> None:
    """A patch changes what it names, null goes back to the default, nothing given changes nothing."""
    changed = db.write_now(
        edit_design, actor, navy.public_id, patch={"modules": {"color": None}, "quiet_zone": 4}, expected=None
    )
    assert changed.design["modules"] == {"shape": "dots", "color": "#000000", "gradient": None, "scale": 1.0}
    assert (changed.design["quiet_zone"], changed.version, changed.name) == (4, 2, "Navy")
    assert db.write_now(edit_design, actor, navy.public_id, expected=None) == changed
    assert db.write_now(edit_design, actor, navy.public_id, name="Black", expected=None).version == 3


@pytest.mark.parametrize(
    ("name", "design", "field"),
    [
        ("", {}, "name"),
        ("  ", {}, "name"),
        ("x" * 151, {}, "name"),
        ("x", {"modulse": {}}, "design.modulse"),
        ("x", {"modules": {"color": "reddish"}}, "design.modules.color"),
    ],
)
def test_what_cannot_be_stored(
    db: Database, actor: Actor, navy: StoredDesign, name: str, design: dict[str, object], field: str
) -> None:
    """Names and designs that cannot be are refused by field, new or changed, and nothing is changed."""
    asks: tuple[Callable[[], object], ...] = (
        lambda: db.write_now(add_design, actor, name=name, design=design),
        lambda: db.write_now(edit_design, actor, navy.public_id, name=name, patch=design, expected=None),
    )
    for ask in asks:
        with pytest.raises(Invalid) as caught:
            ask()
        assert caught.value.field == field
    assert db.read_now(list_designs, actor, Asked(None, 9, CURSORS)).items == [navy]


def test_codes_take_a_copy(
    db: Database, actor: Actor, space: LinkSpace, navy: StoredDesign, make_code: MakeCode
) -> None:
    """A code made or changed with a design has it, with its own patch on top; later changes do not reach it."""
    made = make_code(design_id=navy.public_id, design={"quiet_zone": 5})
    assert made.design == {**navy.design, "quiet_zone": 5}

    other = make_code(design={"modules": {"shape": "heart"}, "version_min": 7})
    edit = Edit(design_id=navy.public_id, design={"modules": {"scale": 0.8}})
    edited = db.write_now(edit_code, actor, other.public_id, edit, space=space)
    assert edited.design == {**navy.design, "modules": {**navy.design["modules"], "scale": 0.8}}

    db.write_now(edit_design, actor, navy.public_id, patch={"quiet_zone": 1}, expected=None)
    db.write_now(delete_design, actor, navy.public_id, expected=None)
    assert db.read_now(get_code, actor, made.public_id).design == made.design
    with pytest.raises(NotFound):
        db.read_now(get_design, actor, navy.public_id)


def test_static_codes_must_fit_the_design(db: Database, actor: Actor, space: LinkSpace) -> None:
    """A text that no symbol holds at a stored design's level is refused, and the text is to blame."""
    strong = db.write_now(add_design, actor, name="Strong", design={"error_correction": "H"})
    with pytest.raises(Invalid) as caught:
        db.write_now(create_code, actor, StaticDraft("x" * 2000, design_id=strong.public_id), space=space)
    assert caught.value.field == "content.text"


def test_other_organisations_see_nothing(
    db: Database, space: LinkSpace, navy: StoredDesign, make_actor: MakeActor
) -> None:
    """A stranger can neither see, take, change nor delete a design."""
    stranger = make_actor(name="Other")
    for ask in (
        lambda: db.read_now(get_design, stranger, navy.public_id),
        lambda: db.write_now(edit_design, stranger, navy.public_id, name="Mine", expected=None),
        lambda: db.write_now(delete_design, stranger, navy.public_id, expected=None),
        lambda: db.write_now(create_code, stranger, DynamicDraft(GOAL, design_id=navy.public_id), space=space),
        lambda: db.read_now(look, stranger, Styling(design_id=navy.public_id), preset=None),
    ):
        with pytest.raises(NotFound):
            ask()
    assert db.read_now(list_designs, stranger, Asked(None, 9, CURSORS)).items == []


def test_scopes(db: Database, actor: Actor, navy: StoredDesign) -> None:
    """A read key sees designs and changes none."""
    reader = Actor(actor.org, actor.who, Scope.READ)
    assert db.read_now(get_design, reader, navy.public_id) == navy
    for ask in (
        lambda: db.write_now(add_design, reader, name="x", design={}),
        lambda: db.write_now(edit_design, reader, navy.public_id, name="x", expected=None),
        lambda: db.write_now(delete_design, reader, navy.public_id, expected=None),
    ):
        with pytest.raises(Forbidden):
            ask()


def test_pages(db: Database, actor: Actor) -> None:
    """Pages hold every design once, newest first."""
    made = [db.write_now(add_design, actor, name=str(number), design={}) for number in range(5)]
    seen: list[StoredDesign] = []
    cursor = None
    while True:
        page = db.read_now(list_designs, actor, Asked(cursor, 2, CURSORS))
        seen += page.items
        if (cursor := page.next_cursor) is None:
            break
    assert seen == made[::-1]


def test_a_look_of_anything(db: Database, actor: Actor, navy: StoredDesign) -> None:
    """A picture that is not stored takes a preset or a stored design, and a patch over it."""
    assert db.read_now(look, actor, Styling(), preset="ocean").design == presets()["ocean"]
    patched = db.read_now(look, actor, Styling(navy.public_id, {"quiet_zone": 2}), preset=None)
    assert patched.design == {**navy.design, "quiet_zone": 2}
    with pytest.raises(Invalid, match="did you mean 'ocean'"):
        db.read_now(look, actor, Styling(), preset="oceam")
