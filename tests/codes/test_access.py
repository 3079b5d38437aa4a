"""Every use case asks for its scope and sees its own organisation."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

from repoint.accounts.actor import Actor, Scope
from repoint.analytics.answer import analytics_of
from repoint.analytics.query import Interval
from repoint.codes.code import Code
from repoint.codes.create import create_code
from repoint.codes.delete import delete_code, delete_for_good
from repoint.codes.draft import DynamicDraft, StaticDraft
from repoint.codes.edit import Edit, edit_code
from repoint.codes.find import get_code, list_codes
from repoint.kit.cursor import Cursors
from repoint.kit.db import Database
from repoint.kit.errors import Forbidden, NotFound
from repoint.kit.pages import Asked
from repoint.links.space import LinkSpace
from tests.codes.conftest import GOAL, MakeCode, Snapshot
from tests.conftest import Forgotten, MakeActor


@dataclass(frozen=True)
class UseCase:
    """A use case on one code (or on none), and the scope that it needs."""

    call: Callable[..., Any]
    needs: Scope
    arguments: dict[str, Any]
    on_a_code: bool = True

    def run(self, db: Database, actor: Actor, code: Code, space: LinkSpace) -> object:
        """Run it as an actor."""
        subject = (code.public_id,) if self.on_a_code else ()
        where = {"space": space} if self.needs is Scope.WRITE else {}
        run = db.write_now if self.needs is Scope.WRITE else db.read_now
        return run(partial(self.call, **self.arguments, **where), actor, *subject)


LISTED = {"asked": Asked(None, 50, Cursors(b"x"))}
ALL_TIME = {"start": None, "end": None, "interval": Interval.DAY}
USE_CASES = {
    "get": UseCase(get_code, Scope.READ, {}),
    "list": UseCase(list_codes, Scope.READ, LISTED, on_a_code=False),
    "analytics": UseCase(analytics_of, Scope.READ, ALL_TIME),
    "create": UseCase(create_code, Scope.WRITE, {"draft": DynamicDraft(GOAL)}, on_a_code=False),
    "create static": UseCase(create_code, Scope.WRITE, {"draft": StaticDraft("x")}, on_a_code=False),
    "rename": UseCase(edit_code, Scope.WRITE, {"edit": Edit(title="x")}),
    "repoint": UseCase(edit_code, Scope.WRITE, {"edit": Edit(destination="https://evil.example/")}),
    "pause": UseCase(edit_code, Scope.WRITE, {"edit": Edit(status="paused")}),
    "tag": UseCase(edit_code, Scope.WRITE, {"edit": Edit(tags=("x",))}),
    "restyle": UseCase(edit_code, Scope.WRITE, {"edit": Edit(design={"modules": {"shape": "dots"}})}),
    "edit nothing": UseCase(edit_code, Scope.WRITE, {"edit": Edit()}),
    "delete": UseCase(delete_code, Scope.WRITE, {}),
    "delete for good": UseCase(delete_for_good, Scope.WRITE, {}),
}
each_use_case = pytest.mark.parametrize("use_case", USE_CASES.values(), ids=USE_CASES)
each_on_a_code = pytest.mark.parametrize(
    "use_case",
    [each for each in USE_CASES.values() if each.on_a_code],
    ids=[name for name, each in USE_CASES.items() if each.on_a_code],
)


@each_use_case
@pytest.mark.parametrize("scope", Scope)
def test_scopes(
    db: Database,
    actor: Actor,
    space: LinkSpace,
    make_code: MakeCode,
    stored: Snapshot,
    forgotten: Forgotten,
    use_case: UseCase,
    scope: Scope,
) -> None:
    """A key with the scope or a greater one may; a lesser one is told so, and nothing happens."""
    code = make_code()
    before = stored()
    caller = Actor(actor.org, actor.who, scope)
    if scope >= use_case.needs:
        use_case.run(db, caller, code, space)
        return
    with pytest.raises(Forbidden):
        use_case.run(db, caller, code, space)
    assert stored() == before
    assert forgotten.links == []


@each_on_a_code
@pytest.mark.parametrize("is_deleted", [False, True])
def test_another_organisations_code_is_not_there(
    db: Database,
    actor: Actor,
    space: LinkSpace,
    make_code: MakeCode,
    make_actor: MakeActor,
    stored: Snapshot,
    forgotten: Forgotten,
    use_case: UseCase,
    is_deleted: bool,
) -> None:
    """With another organisation's key a code looks exactly like one that never was; nothing changes."""
    other = make_actor(name="Globex")
    code, never_was = make_code(), make_code()
    db.write_now(delete_for_good, actor, never_was.public_id, space=space)
    if is_deleted:
        db.write_now(delete_code, actor, code.public_id, space=space)
    forgotten.links.clear()
    before = stored()
    with pytest.raises(NotFound) as theirs:
        use_case.run(db, other, code, space)
    with pytest.raises(NotFound) as nobodys:
        use_case.run(db, other, never_was, space)
    assert str(theirs.value) == str(nobodys.value).replace(never_was.public_id, code.public_id)
    assert stored() == before
    assert forgotten.links == []


def test_a_list_shows_nothing_of_others(db: Database, make_code: MakeCode, make_actor: MakeActor) -> None:
    """An organisation without codes sees an empty list beside one that has some."""
    make_code()
    page = db.read_now(list_codes, make_actor(name="Globex"), Asked(None, 50, Cursors(b"x")))
    assert page.codes == []
