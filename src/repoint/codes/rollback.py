"""Put a code back to what it was after an earlier change."""

from typing import Any

from repoint.accounts import audit
from repoint.accounts.actor import Actor, Scope
from repoint.codes import history
from repoint.codes.code import Code
from repoint.codes.differences import put_back
from repoint.codes.draft import Styling
from repoint.codes.edit import Edit, apply, editable
from repoint.codes.folders import TOP, known_folder
from repoint.codes.styling import styled
from repoint.kit.db import Tx
from repoint.kit.errors import Conflict, Invalid, NotFound
from repoint.kit.versions import Expected
from repoint.links.space import LinkSpace
from repoint.plans import subscriptions

_READ_AT_ONCE = 200


def roll_back(tx: Tx, actor: Actor, public_id: str, *, to: int, space: LinkSpace, expected: Expected = None) -> Code:
    """Give a code the destination, title, tags, folder, status and design that it had after entry `to` of its history.

    A tag that is gone is made anew; in place of a folder that is gone the code lies in none.

    Raises:
        Forbidden: the key may not write.
        NotFound: the organisation has no such code.
        Stale: the code has another version than the caller expects.
        Invalid: its history has no such entry.
        Conflict: `code_not_editable`, the code is deleted; `logo_gone`, the design showed a logo that is gone.
        PlanExpired: the subscription and its grace time are over.
        LimitReached: the plan has no room for another active code.
    """
    actor.require(Scope.WRITE)
    entitlements = subscriptions.for_change(tx, actor.org)
    code = editable(tx, actor, public_id, expected=expected)
    was = _state_after(tx, actor, code, to)
    is_dynamic = code.link_id is not None
    edit = Edit(
        destination=was["destination"] if is_dynamic else None,
        title=was["title"],
        status=was["status"] if is_dynamic and was["status"] in ("active", "paused") else None,
        tags=tuple(was["tags"]),
        folder_id=_folder(tx, actor, was["folder_id"]),
    )
    try:
        design = styled(tx, actor, Styling(design=was["design"]), present=None)
    except NotFound as error:
        raise Conflict("logo_gone", f"{error} The design of that time shows it.") from None
    return apply(
        tx, actor, code, edit, entitlements=entitlements, design=design, space=space, action="code.rolled_back"
    )


def _state_after(tx: Tx, actor: Actor, code: Code, to: int) -> dict[str, Any]:
    state, below = history.written(code, tx.now), None
    while True:
        entries = audit.newest(tx, actor.org, subject=code.public_id, below=below, limit=_READ_AT_ONCE)
        for entry in entries:
            if entry.number == to:
                return state
            if entry.number < to:
                break
            state = put_back(state, entry.before or {})
        if len(entries) < _READ_AT_ONCE or entries[-1].number < to:
            raise Invalid("to", f"is no entry of this code's history: there is none with the number {to}")
        below = entries[-1].number


def _folder(tx: Tx, actor: Actor, public_id: str | None) -> str:
    if public_id is None:
        return TOP
    try:
        known_folder(tx, actor.org, public_id)
    except NotFound:
        return TOP
    return public_id
