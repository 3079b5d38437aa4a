"""Who is asking, as they may see themselves."""

from collections.abc import Sequence
from dataclasses import dataclass

from repoint.accounts import keys, organisations, sessions, users
from repoint.accounts.actor import Actor
from repoint.accounts.keys import Key
from repoint.accounts.organisations import Organisation
from repoint.accounts.sessions import Membership
from repoint.accounts.users import User
from repoint.kit.db import Tx


@dataclass(frozen=True, slots=True)
class KeyAtWork:
    """A key that asks."""

    org: Organisation
    key: Key


@dataclass(frozen=True, slots=True)
class UserAtWork:
    """A signed-in user who asks."""

    org: Organisation
    user: User
    memberships: Sequence[Membership]


def whoami(tx: Tx, actor: Actor) -> KeyAtWork | UserAtWork:
    """The key or user behind an actor, in the organisation it acts in; needs no scope."""
    org = organisations.of(tx, actor.org)
    if actor.user is None:
        return KeyAtWork(org, keys.get(tx, actor.org, actor.who))
    return UserAtWork(org, users.get(tx, actor.user), sessions.memberships(tx, actor.user))
