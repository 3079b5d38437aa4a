"""After the end of a plan nothing can be changed; reading, deleting and redirecting go on."""

import asyncio
from datetime import timedelta

import pytest

from repoint.accounts.actor import Actor
from repoint.codes.create import create_code
from repoint.codes.delete import delete_code, delete_for_good, restore_code
from repoint.codes.designs import add_design, delete_design, edit_design, list_designs
from repoint.codes.draft import DynamicDraft, NewLogo, StaticDraft
from repoint.codes.edit import Edit, edit_code
from repoint.codes.find import get_code, list_codes
from repoint.codes.folders import add_folder, delete_folder, edit_folder
from repoint.codes.logos import add_logo, delete_logo, rename_logo
from repoint.codes.rollback import roll_back
from repoint.codes.tags import delete_tag, list_tags, merge_tag, rename_tag
from repoint.codes.usage import plan_of, usage_of
from repoint.kit.cursor import Cursors
from repoint.kit.db import Database
from repoint.kit.errors import Conflict, PlanExpired
from repoint.kit.pages import Asked
from repoint.links import resolve
from repoint.links.resolve import Redirect, Resolver
from repoint.links.space import LinkSpace
from repoint.plans import catalogue, subscriptions
from tests.codes.conftest import GOAL, MakeCode
from tests.conftest import START, FakeClock

CURSORS = Cursors(bytes(32))


@pytest.fixture
def expire(db: Database, actor: Actor, clock: FakeClock) -> None:
    """The usual actor's subscription ended 91 days ago."""
    db.write_now(subscriptions.subscribe, actor.org, catalogue.find("abundera-team"), ends_at=START, who="cli")
    clock.forward(timedelta(days=91))


def test_changes_wait(
    db: Database, actor: Actor, space: LinkSpace, make_code: MakeCode, request: pytest.FixtureRequest
) -> None:
    """Everything that adds or changes something is refused; what only reads or takes away is not."""
    code, doomed = make_code(), make_code()
    design = db.write_now(add_design, actor, name="House", design={})
    kept, _ = db.write_now(add_logo, actor, NewLogo("image/png", b"kept"))
    folder = db.write_now(add_folder, actor, name="Top", parent_id=None)
    db.write_now(edit_code, actor, code.public_id, Edit(tags=("one", "two")), space=space)
    one, two = db.read_now(list_tags, actor, Asked(None, 50, CURSORS), q=None).items
    db.write_now(delete_code, actor, doomed.public_id, space=space)
    request.getfixturevalue("expire")
    logo = NewLogo("image/png", b"x")
    for use_case, arguments, named in (
        (create_code, (DynamicDraft(GOAL),), {"space": space}),
        (create_code, (StaticDraft("hello"),), {"space": space}),
        (edit_code, (code.public_id, Edit(title="x")), {"space": space}),
        (edit_code, (code.public_id, Edit(status="paused")), {"space": space}),
        (add_design, (), {"name": "x", "design": {}}),
        (edit_design, (design.public_id,), {"name": "x"}),
        (add_logo, (logo,), {}),
        (rename_logo, (kept.public_id,), {"name": "x"}),
        (add_folder, (), {"name": "x", "parent_id": None}),
        (edit_folder, (folder.public_id,), {"name": "x"}),
        (rename_tag, (one.public_id,), {"name": "x"}),
        (merge_tag, (one.public_id,), {"into": two.public_id}),
        (restore_code, (doomed.public_id,), {"space": space}),
        (roll_back, (code.public_id,), {"to": 1, "space": space}),
    ):
        with pytest.raises(PlanExpired):
            db.write_now(use_case, actor, *arguments, **named)
    assert db.read_now(get_code, actor, code.public_id).destination == GOAL
    assert len(db.read_now(list_codes, actor, Asked(None, 50, CURSORS)).codes) == 1
    assert len(db.read_now(list_designs, actor, Asked(None, 50, CURSORS)).items) == 1
    assert db.read_now(plan_of, actor).state.value == "expired"
    assert db.read_now(usage_of, actor).uses
    db.write_now(delete_design, actor, design.public_id)
    db.write_now(delete_logo, actor, kept.public_id)
    db.write_now(delete_tag, actor, one.public_id)
    db.write_now(delete_folder, actor, folder.public_id)
    db.write_now(delete_code, actor, code.public_id, space=space)
    db.write_now(delete_for_good, actor, doomed.public_id, space=space)


@pytest.mark.parametrize("is_lost", [False, True])
def test_redirects_go_on(
    db: Database, actor: Actor, make_code: MakeCode, request: pytest.FixtureRequest, is_lost: bool
) -> None:
    """A link of an expired organisation leads where it led, even where the catalogue has lost its plan."""
    code = make_code()
    request.getfixturevalue("expire")
    before = catalogue.present()
    try:
        if is_lost:
            catalogue._present = catalogue.Catalogue({"selfhosted": catalogue.SELFHOSTED})
            with pytest.raises(Conflict):
                db.write_now(edit_code, actor, code.public_id, Edit(title="x"), space=None)  # type: ignore[arg-type]
            assert db.read_now(get_code, actor, code.public_id).slug == code.slug
        resolver = Resolver(lambda asked: db.read(resolve.load, asked))
        assert code.slug is not None
        found = asyncio.run(_resolved(resolver, code.slug))
    finally:
        catalogue._present = before
    assert isinstance(found, Redirect)


async def _resolved(resolver: Resolver, slug: str) -> object:
    return await resolver.resolve(resolve.key_of("", slug))
