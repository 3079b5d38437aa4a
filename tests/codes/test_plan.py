"""A plan's limit counts active codes, inside the transaction that adds one."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from repoint.accounts.actor import Actor
from repoint.codes.code import Code
from repoint.codes.create import create_code
from repoint.codes.delete import delete_code, delete_for_good
from repoint.codes.draft import DynamicDraft, StaticDraft
from repoint.codes.edit import Edit, edit_code
from repoint.kit.db import Database
from repoint.kit.errors import LimitReached
from repoint.links.space import LinkSpace
from repoint.plans import catalogue
from repoint.plans.catalogue import Feature, Plan
from tests.codes.conftest import GOAL, MakeCode, Snapshot
from tests.conftest import Forgotten, MakeActor

TWO = Plan("two", {Feature.ACTIVE_CODES: 2})


@pytest.fixture
def limited(make_actor: MakeActor, monkeypatch: pytest.MonkeyPatch) -> Actor:
    """The actor of an organisation that may have two active codes."""
    monkeypatch.setattr(catalogue, "CATALOGUE", {**catalogue.CATALOGUE, TWO.name: TWO})
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


def test_nobody_slips_through_at_the_same_moment(db: Database, limited: Actor, space: LinkSpace) -> None:
    """Of ten codes that are asked for at once, exactly two come to be."""

    async def story() -> list[object]:
        asked = (db.write(create_code, limited, DynamicDraft(GOAL), space=space) for _ in range(10))
        return [type(answer) for answer in await asyncio.gather(*asked, return_exceptions=True)]

    answers = asyncio.run(story())
    assert answers.count(Code) == 2
    assert answers.count(LimitReached) == 8
