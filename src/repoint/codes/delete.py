"""Delete a code, or bring a deleted one back."""

from datetime import timedelta

from repoint.accounts import audit, organisations
from repoint.accounts.actor import Actor, Scope
from repoint.accounts.audit import Change
from repoint.codes import history, room, store
from repoint.codes.code import KIND, Code, id_of
from repoint.kit import versions
from repoint.kit.db import Tx
from repoint.kit.errors import Conflict
from repoint.kit.versions import Expected
from repoint.links import change as links
from repoint.links.space import LinkSpace
from repoint.plans import subscriptions

GRACE = timedelta(days=90)


def delete_code(tx: Tx, actor: Actor, public_id: str, *, space: LinkSpace, expected: Expected = None) -> Code:
    """Let the code work through its grace time and answer "gone" from then on; a second time changes nothing.

    Raises:
        Forbidden: the key may not write.
        NotFound: the organisation has no such code.
        Stale: the code has another version than the caller expects.
    """
    actor.require(Scope.WRITE)
    organisations.lock(tx, actor.org)
    code = store.get(tx, actor.org, id_of(public_id))
    versions.require(expected, code.version, kind=KIND)
    if code.grace_until is not None:
        return code
    until = tx.now + GRACE
    if code.link_id is not None:
        links.end(tx, actor.org, code.link_id, at=until, space=space)
    deleted = store.change(tx, actor.org, code, {"grace_until": until})
    history.record(tx, actor, "code.deleted", before=code, after=deleted)
    return deleted


def delete_for_good(tx: Tx, actor: Actor, public_id: str, *, space: LinkSpace, expected: Expected = None) -> None:
    """Remove the code now; its short link answers "gone" at once and its slug is never given out again.

    Raises:
        Forbidden: the key may not write.
        NotFound: the organisation has no such code.
        Stale: the code has another version than the caller expects.
    """
    actor.require(Scope.WRITE)
    organisations.lock(tx, actor.org)
    code = store.get(tx, actor.org, id_of(public_id))
    versions.require(expected, code.version, kind=KIND)
    if code.link_id is not None:
        links.bury(tx, actor.org, code.link_id, space=space)
    store.remove(tx, actor.org, code)
    audit.record(
        tx, actor.org, actor.who, Change("code.deleted_for_good", code.public_id, before=history.written(code, tx.now))
    )


def restore_code(tx: Tx, actor: Actor, public_id: str, *, space: LinkSpace, expected: Expected = None) -> Code:
    """Bring a deleted code back while its grace time lasts; one that is not deleted stays as it is.

    Raises:
        Forbidden: the key may not write.
        NotFound: the organisation has no such code.
        Stale: the code has another version than the caller expects.
        Conflict: `code_expired`, its grace time is over.
        PlanExpired: the subscription and its grace time are over.
        LimitReached: the plan has no room for another active code.
    """
    actor.require(Scope.WRITE)
    entitlements = subscriptions.for_change(tx, actor.org)
    organisations.lock(tx, actor.org)
    code = store.get(tx, actor.org, id_of(public_id))
    versions.require(expected, code.version, kind=KIND)
    if code.grace_until is None:
        return code
    if tx.now >= code.grace_until:
        raise Conflict("code_expired", "The grace time is over, and scans are told that the code is gone for good.")
    if code.link_id is not None:
        if room.counts(entitlements, is_paused=code.is_paused, is_deleted=False):
            room.require_active(tx, entitlements)
        links.keep(tx, actor.org, code.link_id, space=space)
    restored = store.change(tx, actor.org, code, {"grace_until": None})
    history.record(tx, actor, "code.restored", before=code, after=restored)
    return restored
