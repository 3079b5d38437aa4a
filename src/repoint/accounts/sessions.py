"""Sessions of signed-in users, kept on the server.

The cookie holds a token, the table its SHA-256. A session ends 14 days after it was last used, 90 days after it
began, when it is ended, and with the password.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, insert, or_, select, update

from repoint.accounts import audit, organisations, tokens, users
from repoint.accounts.actor import SCOPE_OF, Actor, Role
from repoint.accounts.audit import Change
from repoint.accounts.organisations import members
from repoint.accounts.sessions_table import sessions
from repoint.accounts.users import Credentials
from repoint.kit import versions
from repoint.kit.db import Tx
from repoint.kit.errors import Forbidden, NotFound
from repoint.kit.ids import parse_prefixed, prefixed
from repoint.kit.versions import Expected

KIND = "session"
TOKEN_PREFIX = "rps_"  # noqa: S105 - every token begins with it
IDLE = timedelta(days=14)
ABSOLUTE = timedelta(days=90)
_ORGS = organisations.organisations


@dataclass(frozen=True, slots=True)
class Session:
    """A session at work: its actor in the organisation that was asked for."""

    id: UUID
    actor: Actor
    user: UUID
    org: UUID
    created_at: datetime
    last_used_at: datetime
    version: int

    @property
    def ends_at(self) -> datetime:
        """When it ends, however much it is used."""
        return self.created_at + ABSOLUTE

    @property
    def idle_until(self) -> datetime:
        """When it ends if it is not used before."""
        return min(self.last_used_at + IDLE, self.ends_at)


@dataclass(frozen=True, slots=True)
class Membership:
    """An organisation that a user belongs to."""

    org: UUID
    name: str
    role: Role

    @property
    def public_id(self) -> str:
        """The organisation's: `org_` and a ULID."""
        return prefixed(organisations.PREFIX, self.org)


def is_well_formed(token: str) -> bool:
    """Whether the token could be a session's."""
    return tokens.is_well_formed(TOKEN_PREFIX, token)


def sign_in(tx: Tx, verified: Credentials, *, stronger_hash: str | None) -> str | None:
    """Begin a session of a user whose password was looked at; gives its token. None where the password has changed.

    Raises:
        Forbidden: the user is in no organisation any more.
    """
    if not users.still_has(tx, verified):
        return None
    if stronger_hash is not None:
        users.strengthen(tx, verified, password_hash=stronger_hash)
    belongs = memberships(tx, verified.user)
    if not belongs:
        raise Forbidden("an invitation: you are in no organisation any more")
    return begin(tx, verified.user, org=belongs[0].org)


def begin(tx: Tx, user: UUID, *, org: UUID) -> str:
    """Begin a session of a member in an organisation; gives its token, which cannot be had again."""
    token = tokens.new(TOKEN_PREFIX)
    tx.execute(delete(sessions).where(sessions.c.user_id == user, _is_over(tx.now)))
    tx.execute(
        insert(sessions).values(
            id=tx.new_id(),
            user_id=user,
            org_id=org,
            token_sha256=tokens.sha256(token),
            created_at=tx.now,
            last_used_at=tx.now,
        )
    )
    who = prefixed(users.PREFIX, user)
    audit.record(tx, org, who, Change("session.began", who))
    return token


def recognise(tx: Tx, token: str, wanted_org: str | None) -> Session | None:
    """Whose session this is; None for one that is over. Looks in every organisation: the token names the user.

    Raises:
        NotFound: the user is no member of the organisation that is wanted instead of the session's own.
    """
    row = tx.execute(
        select(sessions).where(sessions.c.token_sha256 == tokens.sha256(token), ~_is_over(tx.now))
    ).one_or_none()
    if row is None:
        return None
    org = row.org_id if wanted_org is None else parse_prefixed(organisations.PREFIX, wanted_org, kind="organisation")
    member = tx.execute(
        select(members.c.role).where(members.c.org_id == org, members.c.user_id == row.user_id)
    ).one_or_none()
    if member is None:
        if wanted_org is None:
            return None
        raise NotFound("organisation", wanted_org)
    role = Role(member.role)
    actor = Actor(org, prefixed(users.PREFIX, row.user_id), SCOPE_OF[role], role=role, user=row.user_id)
    return Session(row.id, actor, row.user_id, row.org_id, row.created_at, row.last_used_at, row.version)


def switch(tx: Tx, session: Session, org_public_id: str, *, expected: Expected) -> None:
    """Let the session work in another organisation of the user's from now on.

    Raises:
        Stale: the session has changed meanwhile.
        NotFound: the user is no member there.
    """
    mine = (sessions.c.id == session.id, sessions.c.user_id == session.user)
    present = tx.execute(select(sessions.c.org_id, sessions.c.version).where(*mine).with_for_update()).one_or_none()
    versions.require(expected, present.version if present else session.version, kind=KIND)
    org = parse_prefixed(organisations.PREFIX, org_public_id, kind="organisation")
    if org not in {each.org for each in memberships(tx, session.user)}:
        raise NotFound("organisation", org_public_id)
    if present is None or present.org_id == org:
        return
    tx.execute(update(sessions).where(*mine).values(org_id=org, version=present.version + 1))
    # Neither organisation hears of the other; always in the same order, or two could wait for each other.
    for told, action in sorted(((present.org_id, "session.ended"), (org, "session.began"))):
        audit.record(tx, told, session.actor.who, Change(action, session.actor.who))


def end(tx: Tx, session: Session, *, expected: Expected) -> None:
    """End a session; a second time changes nothing.

    Raises:
        Stale: it has changed meanwhile.
    """
    versions.require(expected, session.version, kind=KIND)
    ended = tx.execute(delete(sessions).where(sessions.c.id == session.id, sessions.c.user_id == session.user))
    if ended.rowcount:
        audit.record(tx, session.org, session.actor.who, Change("session.ended", session.actor.who))


def memberships(tx: Tx, user: UUID) -> Sequence[Membership]:
    """The organisations that a user belongs to, joined first comes first."""
    rows = tx.execute(
        select(_ORGS.c.id, _ORGS.c.name, members.c.role)
        .join(_ORGS, _ORGS.c.id == members.c.org_id)
        .where(members.c.user_id == user)
        .order_by(members.c.joined_at, _ORGS.c.id)
    )
    return [Membership(row.id, row.name, Role(row.role)) for row in rows]


def _is_over(now: datetime) -> ColumnElement[bool]:
    return or_(sessions.c.last_used_at <= now - IDLE, sessions.c.created_at <= now - ABSOLUTE)
