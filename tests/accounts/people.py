"""People in organisations, without waiting for real password hashes."""

from collections.abc import Callable

from repoint.accounts import members, organisations, sessions, users
from repoint.accounts.actor import SCOPE_OF, Actor, Role
from repoint.accounts.organisations import operator_of
from repoint.accounts.users import Credentials
from repoint.kit.cursor import Cursors
from repoint.kit.db import Database, Tx
from repoint.kit.pages import Asked

HASH = "not-a-real-hash"
ALL = Asked(None, 200, Cursors(b"x"))

Enrol = Callable[..., Actor]


def enrolled(tx: Tx, org: Actor, *, email: str, role: Role) -> Actor:
    """A new member of the actor's organisation, at work."""
    user = users.with_email(tx, email) or users.enrol(tx, email=email, name=email, password_hash=HASH)
    operator = operator_of(organisations.of(tx, org.org))
    members.add_member(tx, operator, user.id, role=role)
    return Actor(org.org, user.public_id, SCOPE_OF[role], role=role, user=user.id)


def sign_in(db: Database, user: Actor) -> str:
    """The token of a new session."""
    assert user.user is not None
    token = db.write_now(sessions.sign_in, Credentials(user.user, HASH), stronger_hash=None)
    assert token is not None
    return token
