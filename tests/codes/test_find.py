"""Codes are listed page by page, newest first, each once."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from repoint.accounts.actor import Actor
from repoint.codes.code import Code
from repoint.codes.create import create_code
from repoint.codes.delete import delete_for_good
from repoint.codes.draft import DynamicDraft
from repoint.codes.find import CodePage, get_code, list_codes
from repoint.kit.cursor import Cursors
from repoint.kit.db import Database, Tx
from repoint.kit.errors import Invalid, NotFound
from repoint.kit.ids import prefixed
from repoint.kit.pages import LIMIT_MAX, Asked
from repoint.links.space import LinkSpace
from repoint.scans.tables import totals
from repoint.scans.totals import Totals
from tests.codes.conftest import GOAL, MakeCode
from tests.conftest import MakeActor

CURSORS = Cursors(b"a secret of the test")


def _list(db: Database, actor: Actor, cursor: str | None = None, *, limit: int = 50) -> CodePage:
    return db.read_now(list_codes, actor, Asked(cursor, limit, CURSORS))


def _walk(db: Database, actor: Actor, *, limit: int) -> list[list[Code]]:
    """All pages, from the first to the last."""
    pages, cursor = list[list[Code]](), None
    while True:
        page = _list(db, actor, cursor, limit=limit)
        pages.append(list(page.codes))
        cursor = page.next_cursor
        if cursor is None:
            return pages


@pytest.mark.parametrize("wanted", ["", "qr_", "qr_01ARZ3NDEKTSV4RRFFQ69G5FAV", "1", "key_01ARZ3NDEKTSV4RRFFQ69G5FAV"])
def test_an_unknown_id(db: Database, actor: Actor, make_code: MakeCode, wanted: str) -> None:
    """An id that no code has, or that no code can have, is NotFound."""
    make_code()
    with pytest.raises(NotFound) as caught:
        db.read_now(get_code, actor, wanted)
    assert caught.value.kind == "QR code"


def test_an_id_in_lower_case_is_the_same(db: Database, actor: Actor, make_code: MakeCode) -> None:
    """A ULID is read in either case."""
    code = make_code()
    assert db.read_now(get_code, actor, "qr_" + code.public_id[3:].lower()) == code


def test_another_kinds_id_is_no_codes(db: Database, actor: Actor) -> None:
    """The organisation's own id behind `qr_` finds nothing."""
    with pytest.raises(NotFound):
        db.read_now(get_code, actor, prefixed("qr", actor.org))


def test_an_empty_list(db: Database, actor: Actor) -> None:
    """No codes are one page without an end mark."""
    assert _list(db, actor) == CodePage([], None)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.integers(1, 12))
def test_pages_are_the_whole_list(db: Database, actor: Actor, space: LinkSpace, limit: int) -> None:
    """At any page size all codes come once, newest first; only the last page may be shorter, and none is empty."""
    draft = DynamicDraft(GOAL)
    while len(made := _list(db, actor, limit=LIMIT_MAX).codes) < 9:
        db.write_now(create_code, actor, draft, space=space)
    pages = _walk(db, actor, limit=limit)
    assert [code for page in pages for code in page] == list(made)
    assert [code.serial for code in made] == sorted((code.serial for code in made), reverse=True)
    assert [len(page) for page in pages[:-1]] == [limit] * (len(pages) - 1)
    assert 1 <= len(pages[-1]) <= limit


def test_pages_are_stable(db: Database, actor: Actor, space: LinkSpace, make_code: MakeCode) -> None:
    """Codes made and removed while somebody turns pages neither repeat nor hide any of the others."""
    made = [make_code() for _ in range(9)][::-1]
    first = _list(db, actor, limit=3)
    make_code()
    for gone in (made[1], made[2], made[3]):
        db.write_now(delete_for_good, actor, gone.public_id, space=space)
    second = _list(db, actor, first.next_cursor, limit=3)
    assert second.codes == made[4:7]
    make_code()
    third = _list(db, actor, second.next_cursor, limit=3)
    assert third == CodePage(made[7:], None)


def test_a_list_is_the_organisations_own(
    db: Database, actor: Actor, make_code: MakeCode, make_actor: MakeActor
) -> None:
    """Two organisations whose codes were made by turns see each their own, and their pages hold no gaps."""
    other = make_actor(name="Globex")
    mine, theirs = list[Code](), list[Code]()
    for _ in range(5):
        mine.insert(0, make_code())
        theirs.insert(0, make_code(other))
    assert _walk(db, actor, limit=2) == [mine[:2], mine[2:4], mine[4:]]
    assert _walk(db, other, limit=2) == [theirs[:2], theirs[2:4], theirs[4:]]


@pytest.mark.parametrize("limit", [-1, 0, LIMIT_MAX + 1])
def test_limits(db: Database, actor: Actor, limit: int) -> None:
    """1 to 200 codes a page."""
    assert _list(db, actor, limit=1) == _list(db, actor, limit=LIMIT_MAX)
    with pytest.raises(Invalid) as caught:
        _list(db, actor, limit=limit)
    assert caught.value.field == "limit"


def test_foreign_cursors(db: Database, actor: Actor, make_code: MakeCode, make_actor: MakeActor) -> None:
    """Another organisation's cursor, another list's, another installation's, or none at all, is refused."""
    other = make_actor(name="Globex")
    for owner in (actor, other):
        make_code(owner)
        make_code(owner)
    theirs = _list(db, other, limit=1).next_cursor
    assert theirs is not None
    listing = f"codes:{actor.org.hex}"
    for cursor in (theirs, CURSORS.write("keys", 1), Cursors(b"another").write(listing, 1), "", "MQ"):
        with pytest.raises(Invalid) as caught:
            _list(db, actor, cursor)
        assert caught.value.field == "cursor"


def test_scans_are_shown_with_their_own_code(
    db: Database, actor: Actor, make_code: MakeCode, make_static: MakeCode
) -> None:
    """Each code carries the totals of its link; one without scans, or without a link, carries zeros."""
    scanned, quiet, static = make_code(), make_code(), make_static()

    def count(tx: Tx) -> None:
        tx.execute(insert(totals).values(link_id=scanned.link_id, people=7, bots=2, visitors=5))

    db.write_now(count)
    found = {code.id: code.totals for code in _list(db, actor).codes}
    assert found == {scanned.id: Totals(7, 2, 5), quiet.id: Totals(), static.id: Totals()}
    assert db.read_now(get_code, actor, scanned.public_id).totals == Totals(7, 2, 5)
