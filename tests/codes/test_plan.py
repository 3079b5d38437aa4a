"""A plan's limit counts active codes, inside the transaction that adds one."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from repoint.accounts.actor import Actor
from repoint.codes.code import Code
from repoint.codes.create import NothingDone, create_code, create_codes
from repoint.codes.delete import delete_code, delete_for_good, restore_code
from repoint.codes.draft import DynamicDraft, StaticDraft
from repoint.codes.edit import Edit, edit_code
from repoint.codes.history import history_of
from repoint.codes.rollback import roll_back
from repoint.codes.usage import usage_of
from repoint.kit.cursor import Cursors
from repoint.kit.db import Database, Tx
from repoint.kit.errors import LimitReached
from repoint.kit.pages import Asked
from repoint.links.space import LinkSpace
from repoint.plans import catalogue, crossings
from repoint.plans.catalogue import Catalogue
from repoint.plans.plan import Feature, Plan
from tests.codes.conftest import GOAL, MakeCode, Snapshot
from tests.conftest import Forgotten, MakeActor

CURSORS = Cursors(bytes(32))
TWO = Plan("two", limits={Feature.ACTIVE_CODES: 2})


@pytest.fixture
def limited(make_actor: MakeActor, monkeypatch: pytest.MonkeyPatch) -> Actor:
    """The actor of an organisation that may have two active codes."""
    monkeypatch.setattr(catalogue, "_present", Catalogue({**catalogue.SHIPPED, TWO.name: TWO}))
    return make_actor(name="Small", plan=TWO.name)


@pytest.fixture
def create(db: Database, limited: Actor, space: LinkSpace) -> Callable[[], Code]:
    """Makes a code of the limited organisation."""
    return lambda: db.write_now(create_code, limited, DynamicDraft(GOAL), space=space)


def test_the_limit(create: Callable[[], Code], stored: Snapshot, forgotten: Forgotten) -> None:
    """Two codes fit, the third is refused with the numbers; nothing of it is stored or announced."""
    create()
    create()
    before, announced = stored(), list(forgotten.links)
    with pytest.raises(LimitReached) as caught:
        create()
    refusal = caught.value
    assert (refusal.feature, refusal.plan, refusal.limit, refusal.used) == ("active_codes", "two", 2, 2)
    assert stored() == before
    assert forgotten.links == announced


def test_others_do_not_count(create: Callable[[], Code], make_code: MakeCode) -> None:
    """Another organisation's codes take nobody's room, and who has no limit is not stopped."""
    for _ in range(3):
        make_code()
    create()
    create()
    make_code()


def test_static_codes_do_not_count(db: Database, limited: Actor, space: LinkSpace, create: Callable[[], Code]) -> None:
    """A code without a link needs no room, neither before nor after the limit is reached."""
    static = StaticDraft("hello")
    for _ in range(3):
        db.write_now(create_code, limited, static, space=space)
    create()
    create()
    db.write_now(create_code, limited, static, space=space)


def test_a_pause_makes_room(db: Database, limited: Actor, space: LinkSpace, create: Callable[[], Code]) -> None:
    """A paused code does not count; it comes back only where there is room, and is unchanged where there is none."""

    def set_status(code: Code, edit: Edit) -> Code:
        return db.write_now(edit_code, limited, code.public_id, edit, space=space)

    first, second = create(), create()
    paused = set_status(first, Edit(status="paused"))
    create()
    with pytest.raises(LimitReached):
        set_status(first, Edit(status="active", title="back again"))
    renamed = set_status(first, Edit(title="still paused"))
    assert renamed == replace(paused, title="still paused", version=3)
    assert set_status(second, Edit(status="active")).status(second.created_at) == "active"
    set_status(second, Edit(status="paused"))
    assert not set_status(first, Edit(status="active")).is_paused


@pytest.mark.parametrize("use_case", [delete_code, delete_for_good])
def test_a_deletion_makes_room(
    db: Database, limited: Actor, space: LinkSpace, create: Callable[[], Code], use_case: Callable[..., object]
) -> None:
    """A deleted code does not count, even while it still redirects."""
    first = create()
    create()
    db.write_now(use_case, limited, first.public_id, space=space)
    create()
    with pytest.raises(LimitReached):
        create()


def test_who_comes_back_needs_room(db: Database, limited: Actor, space: LinkSpace, create: Callable[[], Code]) -> None:
    """A deleted code, and a paused one that is rolled back to when it was active, return only where there is room."""
    first, second = create(), create()
    db.write_now(delete_code, limited, first.public_id, space=space)
    db.write_now(edit_code, limited, second.public_id, Edit(status="paused"), space=space)
    made = db.read_now(history_of, limited, second.public_id, Asked(None, 50, CURSORS)).items[-1]
    create()
    create()
    with pytest.raises(LimitReached):
        db.write_now(restore_code, limited, first.public_id, space=space)
    with pytest.raises(LimitReached):
        db.write_now(roll_back, limited, second.public_id, to=made.number, space=space)


@pytest.mark.parametrize("counts_paused", [False, True])
def test_a_paused_code_comes_back(
    db: Database, make_actor: MakeActor, space: LinkSpace, monkeypatch: pytest.MonkeyPatch, counts_paused: bool
) -> None:
    """A paused code that was deleted needs room where the plan counts paused ones, and none where it does not."""
    plan = Plan("one", limits={Feature.ACTIVE_CODES: 1}, counts_paused=counts_paused)
    monkeypatch.setattr(catalogue, "_present", Catalogue({**catalogue.SHIPPED, plan.name: plan}))
    actor = make_actor(plan=plan.name)
    paused = db.write_now(create_code, actor, DynamicDraft(GOAL), space=space)
    db.write_now(edit_code, actor, paused.public_id, Edit(status="paused"), space=space)
    db.write_now(delete_code, actor, paused.public_id, space=space)
    db.write_now(create_code, actor, DynamicDraft(GOAL), space=space)
    if counts_paused:
        with pytest.raises(LimitReached):
            db.write_now(restore_code, actor, paused.public_id, space=space)
    else:
        assert db.write_now(restore_code, actor, paused.public_id, space=space).grace_until is None


def test_nobody_slips_through_at_the_same_moment(db: Database, limited: Actor, space: LinkSpace) -> None:
    """Of ten codes that are asked for at once, exactly two come to be."""

    async def story() -> list[object]:
        asked = (db.write(create_code, limited, DynamicDraft(GOAL), space=space) for _ in range(10))
        return [type(answer) for answer in await asyncio.gather(*asked, return_exceptions=True)]

    answers = asyncio.run(story())
    assert answers.count(Code) == 2
    assert answers.count(LimitReached) == 8


def test_a_month_counts_what_was_deleted_too(
    db: Database, make_actor: MakeActor, space: LinkSpace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Codes a month are creations: static ones count, and a deletion gives none back."""
    plan = Plan("monthly", limits={Feature.CODES_PER_MONTH: 3})
    monkeypatch.setattr(catalogue, "_present", Catalogue({**catalogue.SHIPPED, plan.name: plan}))
    actor = make_actor(plan=plan.name)
    made = [db.write_now(create_code, actor, DynamicDraft(GOAL), space=space) for _ in range(2)]
    db.write_now(delete_for_good, actor, made[0].public_id, space=space)
    db.write_now(create_code, actor, StaticDraft("hello"), space=space)
    with pytest.raises(LimitReached) as caught:
        db.write_now(create_code, actor, DynamicDraft(GOAL), space=space)
    assert (caught.value.feature, caught.value.used) == ("codes_per_month", 3)
    used = {use.feature: use.used for use in db.read_now(usage_of, actor).uses}
    assert (used[Feature.CODES_PER_MONTH], used[Feature.ACTIVE_CODES]) == (3, 1)


def test_paused_codes_where_they_count(
    db: Database, make_actor: MakeActor, space: LinkSpace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a plan that counts paused codes a pause makes no room, and takes none on the way back."""
    plan = Plan("whole", limits={Feature.ACTIVE_CODES: 2}, counts_paused=True)
    monkeypatch.setattr(catalogue, "_present", Catalogue({**catalogue.SHIPPED, plan.name: plan}))
    actor = make_actor(plan=plan.name)
    first, _ = (db.write_now(create_code, actor, DynamicDraft(GOAL), space=space) for _ in range(2))
    db.write_now(edit_code, actor, first.public_id, Edit(status="paused"), space=space)
    with pytest.raises(LimitReached):
        db.write_now(create_code, actor, DynamicDraft(GOAL), space=space)
    assert not db.write_now(edit_code, actor, first.public_id, Edit(status="active"), space=space).is_paused


@pytest.mark.parametrize("feature", [Feature.ACTIVE_CODES, Feature.CODES_PER_MONTH])
@pytest.mark.parametrize("size", [0, 1, 3])
def test_fifty_at_once_with_room_for_one(
    db: Database,
    make_actor: MakeActor,
    space: LinkSpace,
    monkeypatch: pytest.MonkeyPatch,
    feature: Feature,
    size: int,
) -> None:
    """Of fifty asked for at limit - 1 at the same moment, alone (0) or in bulk calls of that size, one comes to be."""
    plan = Plan("fifty", limits={feature: 3})
    monkeypatch.setattr(catalogue, "_present", Catalogue({**catalogue.SHIPPED, plan.name: plan}))
    actor = make_actor(plan=plan.name)
    for _ in range(2):
        db.write_now(create_code, actor, DynamicDraft(GOAL), space=space)

    def make(tx: Tx) -> Sequence[object]:
        if size:
            return create_codes(tx, actor, [DynamicDraft(GOAL)] * size, mode="each", space=space)
        return [create_code(tx, actor, DynamicDraft(GOAL), space=space)]

    async def story() -> list[object]:
        answers = await asyncio.gather(*(db.write(make) for _ in range(50)), return_exceptions=True)
        return [type(each) for answer in answers for each in (answer if isinstance(answer, list) else [answer])]

    answers = asyncio.run(story())
    assert (answers.count(Code), answers.count(LimitReached)) == (1, 50 * max(size, 1) - 1)
    assert [each.percent for each in db.read_now(crossings.of_month, actor.org, month="2026-11")] == [75, 100]
    used = {use.feature: use.used for use in db.read_now(usage_of, actor).uses}
    assert (used[Feature.ACTIVE_CODES], used[Feature.CODES_PER_MONTH]) == (3, 3)


@pytest.mark.parametrize("feature", [Feature.ACTIVE_CODES, Feature.CODES_PER_MONTH])
def test_all_or_nothing_takes_no_room(
    db: Database, make_actor: MakeActor, space: LinkSpace, monkeypatch: pytest.MonkeyPatch, feature: Feature
) -> None:
    """Of fifty bulk calls of two at limit - 3, all or nothing, beside as many single codes: not one too many."""
    plan = Plan("fifty", limits={feature: 3})
    monkeypatch.setattr(catalogue, "_present", Catalogue({**catalogue.SHIPPED, plan.name: plan}))
    actor = make_actor(plan=plan.name)
    two = [DynamicDraft(GOAL)] * 2

    async def story() -> list[object]:
        asked = [
            work
            for _ in range(25)
            for work in (
                db.write(create_codes, actor, two, mode="all", space=space),
                db.write(create_code, actor, two[0], space=space),
            )
        ]
        return list(await asyncio.gather(*asked, return_exceptions=True))

    made = [each for answer in asyncio.run(story()) for each in (answer if isinstance(answer, list) else [answer])]
    assert {type(each) for each in made} == {Code, LimitReached, NothingDone}
    assert sum(isinstance(each, Code) for each in made) == 3
    used = {use.feature: use.used for use in db.read_now(usage_of, actor).uses}
    assert (used[Feature.ACTIVE_CODES], used[Feature.CODES_PER_MONTH]) == (3, 3)
