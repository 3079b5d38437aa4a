"""Tags are one whatever their case; renaming, merging and deleting reaches every code."""

import asyncio

import pytest

from repoint.accounts import audit
from repoint.accounts.actor import Actor
from repoint.codes.code import Code
from repoint.codes.filters import Filter
from repoint.codes.find import get_code, list_codes
from repoint.codes.tags import Tag, delete_tag, get_tag, list_tags, merge_tag, rename_tag
from repoint.kit.cursor import Cursors
from repoint.kit.db import Database
from repoint.kit.errors import Conflict, Invalid, NotFound, Stale
from repoint.kit.pages import Asked
from tests.codes.conftest import MakeCode
from tests.conftest import MakeActor

CURSORS = Cursors(b"secret")


def _tags(db: Database, actor: Actor, **asked: str) -> dict[str, Tag]:
    page = db.read_now(list_tags, actor, Asked(None, 200, CURSORS), q=asked.get("q"))
    return {tag.name: tag for tag in page.items}


def _found(db: Database, actor: Actor, asked: Filter) -> list[Code]:
    return list(db.read_now(list_codes, actor, Asked(None, 200, CURSORS), wanted=asked).codes)


def test_a_tag_is_one_in_any_case(db: Database, actor: Actor, make_code: MakeCode) -> None:
    """The first spelling stays, for one code and for all; counts are those of codes that have it."""
    one, other = make_code(tags=("Büro", "BÜRO", "q1")), make_code(tags=("bÜro",))
    assert (one.tags, other.tags) == (("Büro", "q1"), ("Büro",))
    assert {name: tag.codes for name, tag in _tags(db, actor).items()} == {"Büro": 2, "q1": 1}
    assert set(_tags(db, actor, q="ÜR")) == {"Büro"}


def test_a_new_name_is_every_codes(db: Database, actor: Actor, make_code: MakeCode) -> None:
    """Codes show it and are found by it at once, and no longer by the old one."""
    code, tag = make_code(tags=("spring",)), _tags
    renamed = db.write_now(rename_tag, actor, tag(db, actor)["spring"].public_id, name=" Autumn ")
    assert (renamed.name, renamed.version, renamed.codes) == ("Autumn", 2, 1)
    assert db.read_now(get_code, actor, code.public_id).tags == ("Autumn",)
    assert [each.id for each in _found(db, actor, Filter(q="autu"))] == [code.id]
    assert _found(db, actor, Filter(tags=("spring",))) == _found(db, actor, Filter(q="spring", tags=("Autumn",)))[:0]
    assert db.write_now(rename_tag, actor, renamed.public_id, name="Autumn").version == 2


def test_merging(db: Database, actor: Actor, make_code: MakeCode) -> None:
    """Codes with either or both have the one that stays, once, and are found by it; the other is gone."""
    codes = [make_code(tags=tags) for tags in (("a1x",), ("b2y",), ("a1x", "b2y"), ("other",))]
    tags = _tags(db, actor)
    stays = db.write_now(merge_tag, actor, tags["a1x"].public_id, into=tags["b2y"].public_id)
    assert (stays.name, stays.codes) == ("b2y", 3)
    seen = [db.read_now(get_code, actor, code.public_id) for code in codes]
    assert [code.tags for code in seen] == [("b2y",), ("b2y",), ("b2y",), ("other",)]
    assert [code.version for code in seen] == [2, 1, 2, 1]
    assert len(_found(db, actor, Filter(q="b2y"))) == len(_found(db, actor, Filter(tags=("B2Y",)))) == 3
    with pytest.raises(NotFound):
        db.read_now(get_tag, actor, tags["a1x"].public_id)
    with pytest.raises(Invalid) as caught:
        db.write_now(merge_tag, actor, stays.public_id, into=stays.public_id)
    assert caught.value.field == "into"


def test_a_deleted_tag_is_gone_from_its_codes(db: Database, actor: Actor, make_code: MakeCode) -> None:
    """The codes stay, with a new version; a tag of that name made later has none of them."""
    code = make_code(tags=("spring", "q1"))
    db.write_now(delete_tag, actor, _tags(db, actor)["spring"].public_id)
    seen = db.read_now(get_code, actor, code.public_id)
    assert (seen.tags, seen.version) == (("q1",), 2)
    later = make_code(tags=("spring",))
    assert [each.id for each in _found(db, actor, Filter(tags=("spring",)))] == [later.id]
    assert [each.id for each in _found(db, actor, Filter(q="spring", tags=("q1",)))] == [code.id]
    actions = [each.action for each in db.read_now(audit.newest, actor.org, subject=None, below=None, limit=2)]
    assert actions == ["code.created", "tag.deleted"]


def test_versions_and_names(db: Database, actor: Actor, make_code: MakeCode) -> None:
    """A change meant for another version, a name that is taken and one that cannot be are refused."""
    make_code(tags=("one", "two"))
    tag = _tags(db, actor)["one"]
    with pytest.raises(Stale):
        db.write_now(rename_tag, actor, tag.public_id, name="x", expected=frozenset({2}))
    with pytest.raises(Stale):
        db.write_now(delete_tag, actor, tag.public_id, expected=frozenset({2}))
    with pytest.raises(Conflict) as taken:
        db.write_now(rename_tag, actor, tag.public_id, name="TWO")
    assert taken.value.code == "tag_exists"
    with pytest.raises(Invalid) as caught:
        db.write_now(rename_tag, actor, tag.public_id, name=" ")
    assert caught.value.field == "name"
    assert db.write_now(rename_tag, actor, tag.public_id, name="ONE", expected=frozenset({1})).name == "ONE"


def test_pages(db: Database, actor: Actor, make_code: MakeCode) -> None:
    """By name whatever the case, each once."""
    names = ["Äpfel", "b", "C", "d", "E"]
    make_code(tags=tuple(names))
    found, cursor = list[str](), None
    while True:
        page = db.read_now(list_tags, actor, Asked(cursor, 2, CURSORS), q=None)
        found += [tag.name for tag in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert found == ["b", "C", "d", "E", "Äpfel"]


def test_a_search_for_what_no_name_holds(db: Database, actor: Actor) -> None:
    """A NUL, which no database keeps, is refused; it reaches none of them."""
    with pytest.raises(Invalid) as caught:
        db.read_now(list_tags, actor, Asked(None, 2, CURSORS), q="a\x00b")
    assert caught.value.field == "q"


def test_other_organisations_see_nothing(
    db: Database, actor: Actor, make_code: MakeCode, make_actor: MakeActor
) -> None:
    """Another organisation's tag is no tag, to look at, to change, or to merge into."""
    other = make_actor(name="Globex")
    mine, theirs = make_code(tags=("same",)), make_code(other, tags=("same",))
    own, foreign = _tags(db, actor)["same"], _tags(db, other)["same"]
    assert own.id != foreign.id
    for use_case in (
        lambda: db.read_now(get_tag, other, own.public_id),
        lambda: db.write_now(rename_tag, other, own.public_id, name="x"),
        lambda: db.write_now(delete_tag, other, own.public_id),
        lambda: db.write_now(merge_tag, other, own.public_id, into=foreign.public_id),
        lambda: db.write_now(merge_tag, other, foreign.public_id, into=own.public_id),
    ):
        with pytest.raises(NotFound):
            use_case()
    db.write_now(rename_tag, other, foreign.public_id, name="renamed")
    assert db.read_now(get_code, actor, mine.public_id).tags == ("same",)
    assert db.read_now(get_code, other, theirs.public_id).tags == ("renamed",)


def test_two_at_once(db: Database, actor: Actor, make_code: MakeCode) -> None:
    """Of ten tags that get one name at once, one has it and nine are refused."""
    make_code(tags=tuple(f"tag {number}" for number in range(10)))
    tags = _tags(db, actor).values()

    async def story() -> list[object]:
        asked = (db.write(rename_tag, actor, tag.public_id, name="Same") for tag in tags)
        return [type(answer) for answer in await asyncio.gather(*asked, return_exceptions=True)]

    answers = asyncio.run(story())
    assert (answers.count(Tag), answers.count(Conflict)) == (1, 9)
    assert len(_tags(db, actor)) == 10
