"""Keys and members, as far as the plan has room for them."""

from uuid import UUID

from repoint.accounts import invitations, key_ring, keys, organisations
from repoint.accounts.actor import Actor
from repoint.accounts.invitations import Joining
from repoint.accounts.key_ring import NewKey
from repoint.accounts.keys import Key
from repoint.accounts.members import Member
from repoint.kit.db import Tx
from repoint.plans import gate, subscriptions
from repoint.plans.plan import Feature


def make_key(tx: Tx, actor: Actor, wanted: NewKey) -> tuple[Key, str]:
    """Make a key where the plan has room for it.

    Raises:
        PlanExpired, LimitReached: as of `require_key`.
        Forbidden, Invalid: as of `key_ring.make_key`.
    """
    require_key(tx, actor.org)
    return key_ring.make_key(tx, actor, wanted)


def accept(tx: Tx, token: str, joining: Joining) -> tuple[Member, UUID]:
    """Join by an invitation where the plan has room for another member.

    Raises:
        PlanExpired, LimitReached: as of `require_member`.
        NotFound, Conflict, Invalid: as of `invitations.accept`.
    """
    require_member(tx, invitations.to_be_accepted(tx, token).org)
    return invitations.accept(tx, token, joining)


def accept_as(tx: Tx, token: str, user: UUID) -> Member:
    """Join as a user who is signed in, where the plan has room for another member.

    Raises:
        PlanExpired, LimitReached: as of `require_member`.
        NotFound, Conflict: as of `invitations.accept_as`.
    """
    require_member(tx, invitations.to_be_accepted(tx, token).org)
    return invitations.accept_as(tx, token, user)


def require_key(tx: Tx, org: UUID) -> None:
    """Let the organisation make one more key.

    Raises:
        PlanExpired: the subscription and its grace time are over.
        LimitReached: the plan has no room for another key.
    """
    gate.require(tx, subscriptions.for_change(tx, org), Feature.KEYS, used=lambda: keys.count_working(tx, org))


def require_member(tx: Tx, org: UUID) -> None:
    """Let the organisation take in one more member.

    Raises:
        PlanExpired: the subscription and its grace time are over.
        LimitReached: the plan has no room for another member.
    """
    entitlements = subscriptions.for_change(tx, org)
    gate.require(tx, entitlements, Feature.MEMBERS, used=lambda: organisations.count_members(tx, org))
