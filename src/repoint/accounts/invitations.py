"""Invitations by link: made, listed, withdrawn, accepted once.

Whoever holds the link may join in the role it names, so its token is shown once and kept as its SHA-256. Nothing is
sent anywhere: who invites hands the link over.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    delete,
    insert,
    select,
    text,
    update,
)

from repoint.accounts import audit, organisations, roles, tokens, users
from repoint.accounts.actor import Actor, Role
from repoint.accounts.audit import Change
from repoint.accounts.members import Member, join, require_for
from repoint.accounts.organisations import EMAIL_MAX, members
from repoint.accounts.roles import Permission
from repoint.accounts.tokens import SHA256_BYTES
from repoint.accounts.users import Credentials
from repoint.kit import versions
from repoint.kit.clock import rfc3339
from repoint.kit.db import Identity, Instant, Tx, metadata
from repoint.kit.errors import Conflict, Invalid, NotFound
from repoint.kit.ids import parse_prefixed, prefixed
from repoint.kit.pages import Asked, Page
from repoint.kit.versions import Expected

PREFIX = "invitation"
KIND = "invitation"
TOKEN_PREFIX = "rpi_"  # noqa: S105 - every token begins with it
DAYS_DEFAULT = 7
DAYS_MAX = 30

invitations = Table(
    "invitations",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("org_id", Identity, ForeignKey(organisations.organisations.c.id), nullable=False),
    Column("email", String(EMAIL_MAX), nullable=False),
    Column("role", String(16), nullable=False),
    Column("token_sha256", LargeBinary(SHA256_BYTES), nullable=False, unique=True),
    Column("invited_by", String(64), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("accepted_at", Instant),
    Column("version", Integer, nullable=False, server_default=text("1")),
    Index("ix_invitations_org_id_id", "org_id", "id"),
)


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation as it may be shown again: without its token."""

    id: UUID
    org: UUID
    email: str
    role: Role
    invited_by: str
    created_at: datetime
    expires_at: datetime
    version: int

    @property
    def public_id(self) -> str:
        """`invitation_` and a ULID."""
        return prefixed(PREFIX, self.id)


@dataclass(frozen=True, slots=True)
class Joining:
    """Who accepts by being able to sign in, or by becoming a user; one of the two is there."""

    known: Credentials | None = None
    name: str = ""
    password_hash: str = ""


def invite(tx: Tx, actor: Actor, *, email: str, role: Role, days: int) -> tuple[Invitation, str]:
    """Invite somebody; gives the invitation with its token. An earlier one to the same email is withdrawn.

    Raises:
        Forbidden: the actor may not invite, or not owners.
        Invalid: the email or the number of days cannot be.
        Conflict: `already_member`.
    """
    require_for(actor, role)
    email = users.normalised_email(email)
    if not 1 <= days <= DAYS_MAX:
        raise Invalid("expires_in_days", f"must be 1 to {DAYS_MAX}")
    organisations.lock(tx, actor.org)
    _refuse_members(tx, actor.org, email)
    _withdraw_earlier(tx, actor, email)
    token = tokens.new(TOKEN_PREFIX)
    invitation = Invitation(tx.new_id(), actor.org, email, role, actor.who, tx.now, tx.now + timedelta(days=days), 1)
    tx.execute(
        insert(invitations).values(
            id=invitation.id,
            org_id=actor.org,
            email=email,
            role=role.value,
            token_sha256=tokens.sha256(token),
            invited_by=actor.who,
            created_at=tx.now,
            expires_at=invitation.expires_at,
        )
    )
    audit.record(tx, actor.org, actor.who, Change("invitation.created", invitation.public_id, after=_told(invitation)))
    return invitation, token


def list_invitations(tx: Tx, actor: Actor, asked: Asked) -> Page[Invitation]:
    """A page of invitations that nobody accepted, newest first, expired ones too.

    Raises:
        Forbidden: the actor may not see them.
        Invalid: the cursor is not one of this list.
    """
    roles.require(actor, Permission.MANAGE_MEMBERS)
    query = select(invitations).where(invitations.c.org_id == actor.org, invitations.c.accepted_at.is_(None))
    return asked.newest(tx, query, invitations.c.id, listing=f"invitations:{actor.org.hex}").read(_invitation)


def withdraw(tx: Tx, actor: Actor, public_id: str, *, expected: Expected) -> None:
    """Make an invitation worthless.

    Raises:
        Forbidden: the actor may not, or may not invite owners.
        NotFound: the organisation has no such invitation, or it was accepted.
        Stale: it has changed meanwhile.
    """
    roles.require(actor, Permission.MANAGE_MEMBERS)
    organisations.lock(tx, actor.org)
    invitation_id = parse_prefixed(PREFIX, public_id, kind=KIND)
    row = tx.execute(
        select(invitations).where(
            invitations.c.org_id == actor.org, invitations.c.id == invitation_id, invitations.c.accepted_at.is_(None)
        )
    ).one_or_none()
    if row is None:
        raise NotFound(KIND, public_id)
    invitation = _invitation(row)
    require_for(actor, invitation.role)
    versions.require(expected, invitation.version, kind=KIND)
    _remove(tx, actor, invitation)


def to_be_accepted(tx: Tx, token: str) -> Invitation:
    """The invitation of this link. Looks in every organisation: the token names it.

    Raises:
        NotFound: there is none, or it was withdrawn.
        Conflict: `invitation_used`, `invitation_expired`.
    """
    row = None
    if tokens.is_well_formed(TOKEN_PREFIX, token):
        digest = tokens.sha256(token)
        row = tx.execute(select(invitations).where(invitations.c.token_sha256 == digest)).one_or_none()
    if row is None:
        raise NotFound(KIND, "of this link")
    if row.accepted_at is not None:
        raise Conflict("invitation_used", "This invitation has been accepted; sign in.")
    if row.expires_at <= tx.now:
        raise Conflict("invitation_expired", "This invitation has expired; ask for a new one.")
    return _invitation(row)


def accept_as(tx: Tx, token: str, user: UUID) -> Member:
    """Join as a user who is signed in.

    Raises:
        NotFound, Conflict: as of `to_be_accepted`; `already_member`.
    """
    invitation = _use_up(tx, token)
    return join(tx, invitation.org, user, role=invitation.role, who=prefixed(users.PREFIX, user))


def accept(tx: Tx, token: str, joining: Joining) -> tuple[Member, UUID]:
    """Join with a password that was looked at, or as a new user; gives the member and the organisation.

    Raises:
        NotFound, Conflict: as of `to_be_accepted`; `already_member`, `email_taken`, `password_changed`.
        Invalid: the name cannot be.
    """
    invitation = _use_up(tx, token)
    if joining.known is not None:
        if not users.still_has(tx, joining.known):
            raise Conflict("password_changed", "The password has been changed just now. Try again with the new one.")
        user = joining.known.user
    else:
        user = users.enrol(tx, email=invitation.email, name=joining.name, password_hash=joining.password_hash).id
    member = join(tx, invitation.org, user, role=invitation.role, who=prefixed(users.PREFIX, user))
    return member, invitation.org


def _use_up(tx: Tx, token: str) -> Invitation:
    """Take the invitation for this transaction; of two at once the second one finds it used."""
    invitation = to_be_accepted(tx, token)
    organisations.lock(tx, invitation.org)
    taken = tx.execute(
        update(invitations)
        .where(
            invitations.c.org_id == invitation.org,
            invitations.c.id == invitation.id,
            invitations.c.accepted_at.is_(None),
        )
        .values(accepted_at=tx.now, version=invitations.c.version + 1)
    )
    if taken.rowcount == 0:
        to_be_accepted(tx, token)
        raise Conflict("invitation_used", "This invitation has been accepted; sign in.")
    return invitation


def _refuse_members(tx: Tx, org: UUID, email: str) -> None:
    table = organisations.users
    found = tx.execute(
        select(members.c.user_id)
        .join(table, table.c.id == members.c.user_id)
        .where(members.c.org_id == org, table.c.email == email)
    ).one_or_none()
    if found is not None:
        raise Conflict("already_member", f"{email!r} is a member of the organisation already.")


def _withdraw_earlier(tx: Tx, actor: Actor, email: str) -> None:
    rows = tx.execute(
        select(invitations).where(
            invitations.c.org_id == actor.org, invitations.c.email == email, invitations.c.accepted_at.is_(None)
        )
    ).all()
    for row in rows:
        invitation = _invitation(row)
        require_for(actor, invitation.role)
        _remove(tx, actor, invitation)


def _remove(tx: Tx, actor: Actor, invitation: Invitation) -> None:
    tx.execute(delete(invitations).where(invitations.c.org_id == actor.org, invitations.c.id == invitation.id))
    change = Change("invitation.withdrawn", invitation.public_id, before=_told(invitation))
    audit.record(tx, actor.org, actor.who, change)


def _told(invitation: Invitation) -> dict[str, Any]:
    return {
        "email": invitation.email,
        "role": invitation.role.value,
        "expires_at": rfc3339(invitation.expires_at),
    }


def _invitation(row: Row[Any]) -> Invitation:
    return Invitation(
        row.id,
        row.org_id,
        row.email,
        Role(row.role),
        row.invited_by,
        row.created_at,
        row.expires_at,
        row.version,
    )
