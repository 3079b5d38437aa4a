"""Changes of an organisation and its people, while the plan allows changes.

Signing in, leaving and taking away need no plan: those are asked of `accounts` itself.
"""

from typing import Any

from repoint.accounts import invitations, key_ring, members, renaming
from repoint.accounts.actor import Actor, Role
from repoint.accounts.invitations import Invitation
from repoint.accounts.keys import Key
from repoint.accounts.members import Member
from repoint.accounts.organisations import Organisation
from repoint.kit.db import Tx
from repoint.kit.versions import Expected
from repoint.plans import subscriptions


def rename_organisation(tx: Tx, actor: Actor, *, name: str | None, expected: Expected) -> Organisation:
    """Give the organisation another name; None leaves it.

    Raises:
        PlanExpired, Conflict: as of `subscriptions.for_change`.
        Forbidden, Stale, Invalid: as of `renaming.rename_organisation`.
    """
    subscriptions.for_change(tx, actor.org)
    return renaming.rename_organisation(tx, actor, name=name, expected=expected)


def invite(tx: Tx, actor: Actor, *, email: str, role: Role, days: int) -> tuple[Invitation, str]:
    """Invite somebody; gives the invitation with its token.

    Raises:
        PlanExpired, Conflict: as of `subscriptions.for_change`.
        Forbidden, Invalid, Conflict: as of `invitations.invite`.
    """
    subscriptions.for_change(tx, actor.org)
    return invitations.invite(tx, actor, email=email, role=role, days=days)


def change_role(tx: Tx, actor: Actor, public_id: str, *, role: Role | None, expected: Expected) -> Member:
    """Give a member another role; None leaves it.

    Raises:
        PlanExpired, Conflict: as of `subscriptions.for_change`.
        Forbidden, NotFound, Stale, Conflict: as of `members.change_role`.
    """
    subscriptions.for_change(tx, actor.org)
    return members.change_role(tx, actor, public_id, role=role, expected=expected)


def change_key(tx: Tx, actor: Actor, public_id: str, values: dict[str, Any], *, expected: Expected) -> Key:
    """Change those columns of a key that `values` holds.

    Raises:
        PlanExpired, Conflict: as of `subscriptions.for_change`.
        Forbidden, NotFound, Stale, Conflict, Invalid: as of `key_ring.change_key`.
    """
    subscriptions.for_change(tx, actor.org)
    return key_ring.change_key(tx, actor, public_id, values, expected=expected)


def rotate_key(tx: Tx, actor: Actor, public_id: str, *, overlap_hours: int, expected: Expected) -> tuple[Key, str]:
    """Give a key a new token; the present one works on for the overlap.

    Raises:
        PlanExpired, Conflict: as of `subscriptions.for_change`.
        Forbidden, NotFound, Stale, Conflict, Invalid: as of `key_ring.rotate_key`.
    """
    subscriptions.for_change(tx, actor.org)
    return key_ring.rotate_key(tx, actor, public_id, overlap_hours=overlap_hours, expected=expected)
