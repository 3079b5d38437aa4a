"""Many codes changed or deleted in one go; a refused one leaves nothing behind."""

from functools import partial

import pytest

from repoint.accounts.actor import Actor
from repoint.codes.bulk_change import EditOf, delete_codes, edit_codes
from repoint.codes.code import Code
from repoint.codes.create import NothingDone
from repoint.codes.edit import Edit, edit_code
from repoint.kit.db import Database
from repoint.kit.errors import Conflict, Invalid, LimitReached, NotFound, Stale
from repoint.links.space import LinkSpace
from repoint.plans import catalogue
from repoint.plans.catalogue import Catalogue
from repoint.plans.plan import Feature, Plan
from tests.codes.conftest import MakeCode, Snapshot
from tests.conftest import Forgotten, MakeActor

NEW = "https://example.com/new"
ONE = Plan("one", limits={Feature.ACTIVE_CODES: 1, Feature.BULK_SIZE: 5})


def test_each_is_changed_or_refused(
    db: Database, actor: Actor, make_actor: MakeActor, space: LinkSpace, make_code: MakeCode, forgotten: Forgotten
) -> None:
    """What can be is changed; unknown, foreign, stale and impossible ones are refused in their places."""
    mine, other, stale = make_code(), make_code(), make_code()
    theirs = make_code(make_actor(name="Other"))
    wanted = [
        EditOf(mine.public_id, Edit(destination=NEW)),
        EditOf(theirs.public_id, Edit(destination=NEW)),
        EditOf("qr_nope", Edit(title="x")),
        EditOf(other.public_id, Edit(destination="nope")),
        EditOf(stale.public_id, Edit(title="x"), frozenset({7})),
        EditOf(mine.public_id, Edit(title="Again"), frozenset({2})),
    ]
    outcomes = db.write_now(edit_codes, actor, wanted, mode="each", space=space)
    assert [type(each) for each in outcomes] == [Code, NotFound, NotFound, Invalid, Stale, Code]
    last = outcomes[5]
    assert isinstance(last, Code)
    assert (last.destination, last.title, last.version) == (NEW, "Again", 3)
    assert forgotten.links == [("", mine.slug)]


def test_a_refused_change_leaves_nothing(
    db: Database, make_actor: MakeActor, space: LinkSpace, make_code: MakeCode, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An edit that is refused late, after it has moved the link, is taken back as a whole."""
    monkeypatch.setattr(catalogue, "_present", Catalogue({**catalogue.SHIPPED, ONE.name: ONE}))
    small = make_actor(name="Small", plan=ONE.name)
    first = make_code(small)
    db.write_now(edit_codes, small, [EditOf(first.public_id, Edit(status="paused"))], mode="all", space=space)
    make_code(small)
    edit = EditOf(first.public_id, Edit(destination=NEW, status="active"))
    title = EditOf(first.public_id, Edit(title="Kept"))
    refused, kept = db.write_now(edit_codes, small, [edit, title], mode="each", space=space)
    assert isinstance(refused, LimitReached)
    assert isinstance(kept, Code)
    assert (kept.destination, kept.title, kept.is_paused) == (first.destination, "Kept", True)
    with pytest.raises(LimitReached):
        db.write_now(edit_codes, small, [title] * 6, mode="each", space=space)


def test_all_or_nothing(
    db: Database, actor: Actor, space: LinkSpace, make_code: MakeCode, stored: Snapshot, forgotten: Forgotten
) -> None:
    """One that cannot be changed keeps all as they were, and nothing is announced."""
    codes = [make_code() for _ in range(3)]
    before = stored()
    wanted = [*(EditOf(code.public_id, Edit(destination=NEW)) for code in codes), EditOf("qr_x", Edit(title="x"))]
    with pytest.raises(NothingDone) as caught:
        db.write_now(edit_codes, actor, wanted, mode="all", space=space)
    assert list(caught.value.refusals) == [3]
    assert stored() == before
    assert forgotten.links == []


@pytest.mark.parametrize("permanent", [False, True])
def test_delete(
    db: Database,
    actor: Actor,
    make_actor: MakeActor,
    space: LinkSpace,
    make_code: MakeCode,
    stored: Snapshot,
    permanent: bool,
) -> None:
    """Codes get their grace time, or are gone at once; those of others stay."""
    mine, theirs = make_code(), make_code(make_actor(name="Other"))
    ids = [mine.public_id, theirs.public_id]
    gone, refused = db.write_now(delete_codes, actor, ids, versions={}, permanent=permanent, mode="each", space=space)
    assert isinstance(refused, NotFound)
    if permanent:
        assert gone is None
        assert [row["id"] for row in stored() if "design" in row] == [theirs.id]
    else:
        assert isinstance(gone, Code)
        assert gone.grace_until is not None
    with pytest.raises(NothingDone):
        db.write_now(delete_codes, actor, ids, versions={}, permanent=permanent, mode="all", space=space)


@pytest.mark.parametrize("permanent", [False, True])
def test_delete_what_was_seen(
    db: Database, actor: Actor, space: LinkSpace, make_code: MakeCode, permanent: bool
) -> None:
    """A code that has changed since it was seen stays, and with it all where it is all or nothing."""
    seen, changed, unseen = make_code(), make_code(), make_code()
    db.write_now(edit_code, actor, changed.public_id, Edit(title="new"), space=space)
    ids = [code.public_id for code in (seen, changed, unseen)]
    versions = {seen.public_id: 1, changed.public_id: 1}
    remove = partial(delete_codes, versions=versions, permanent=permanent, space=space)
    with pytest.raises(NothingDone) as caught:
        db.write_now(remove, actor, ids, mode="all")
    assert list(caught.value.refusals) == [1]
    outcomes = db.write_now(remove, actor, ids, mode="each")
    assert [isinstance(each, Stale) for each in outcomes] == [False, True, False]


def test_a_deleted_code_is_not_changed(db: Database, actor: Actor, space: LinkSpace, make_code: MakeCode) -> None:
    """In its grace time a code refuses changes in a batch as alone."""
    code = make_code()
    db.write_now(delete_codes, actor, [code.public_id], versions={}, permanent=False, mode="all", space=space)
    (outcome,) = db.write_now(edit_codes, actor, [EditOf(code.public_id, Edit(title="x"))], mode="each", space=space)
    assert isinstance(outcome, Conflict)
