"""Members of an organisation, which is never without an owner."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, func, insert, select, update

from repoint.accounts import audit, organisations, roles
from repoint.accounts.actor import Actor, Role
from repoint.accounts.audit import Change
from repoint.accounts.organisations import members, users
from repoint.accounts.roles import Permission
from repoint.accounts.sessions_table import sessions
from repoint.accounts.users import PREFIX, id_of
from repoint.kit import versions
from repoint.kit.db import Tx
from repoint.kit.errors import Conflict, NotFound
from repoint.kit.ids import prefixed
from repoint.kit.pages import Asked, Page
from repoint.kit.versions import Expected

KIND = "member"
_MEMBERS = select(
    members.c.user_id, users.c.name, users.c.email, members.c.role, members.c.joined_at, members.c.version
).join(users, users.c.id == members.c.user_id)


@dataclass(frozen=True, slots=True)
class Member:
    """A user in an organisation; `email` is None for an owner who was never given one."""

    user_id: UUID
    name: str
    email: str | None
    role: Role
    joined_at: datetime
    version: int

    @property
    def public_id(self) -> str:
        """The user's: `user_` and a ULID."""
        return prefixed(PREFIX, self.user_id)


def list_members(tx: Tx, actor: Actor, asked: Asked) -> Page[Member]:
    """A page of members, newest user first.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    roles.require(actor, Permission.SEE)
    query = _MEMBERS.where(members.c.org_id == actor.org)
    return asked.newest(tx, query, members.c.user_id, listing=f"members:{actor.org.hex}").read(_member)


def get_member(tx: Tx, actor: Actor, public_id: str) -> Member:
    """One member.

    Raises:
        NotFound: the organisation has no such member.
    """
    roles.require(actor, Permission.SEE)
    return member_of(tx, actor.org, id_of(public_id))


def member_of(tx: Tx, org: UUID, user: UUID) -> Member:
    """The user as a member of the organisation.

    Raises:
        NotFound: the user is none.
    """
    row = tx.execute(_MEMBERS.where(members.c.org_id == org, members.c.user_id == user)).one_or_none()
    if row is None:
        raise NotFound(KIND, prefixed(PREFIX, user))
    return _member(row)


def add_member(tx: Tx, actor: Actor, user: UUID, *, role: Role) -> Member:
    """Take a user into the organisation.

    Raises:
        Forbidden: the actor may not, or may not make owners.
        Conflict: `already_member`.
    """
    require_for(actor, role)
    return join(tx, actor.org, user, role=role, who=actor.who)


def join(tx: Tx, org: UUID, user: UUID, *, role: Role, who: str) -> Member:
    """Make the user a member; whoever calls this has seen that it is allowed.

    Raises:
        Conflict: `already_member`.
    """
    organisations.lock(tx, org)
    is_there = select(members.c.user_id).where(members.c.org_id == org, members.c.user_id == user)
    if tx.execute(is_there).one_or_none() is not None:
        raise Conflict("already_member", "This user is a member of the organisation already.")
    tx.execute(insert(members).values(org_id=org, user_id=user, role=role.value, joined_at=tx.now))
    member = member_of(tx, org, user)
    audit.record(tx, org, who, Change("member.joined", member.public_id, after=_told(member)))
    return member


def change_role(tx: Tx, actor: Actor, public_id: str, *, role: Role | None, expected: Expected) -> Member:
    """Give a member another role; None leaves it.

    Raises:
        Forbidden: the actor may not, or may not make or change owners.
        NotFound: the organisation has no such member.
        Stale: the member has changed meanwhile.
        Conflict: `last_owner`.
    """
    roles.require(actor, Permission.MANAGE_MEMBERS)
    organisations.lock(tx, actor.org)
    member = member_of(tx, actor.org, id_of(public_id))
    versions.require(expected, member.version, kind=KIND)
    if role is None or role is member.role:
        return member
    require_for(actor, role)
    require_for(actor, member.role)
    _keep_an_owner(tx, actor.org, member)
    tx.execute(
        update(members)
        .where(members.c.org_id == actor.org, members.c.user_id == member.user_id)
        .values(role=role.value, version=member.version + 1)
    )
    change = Change(
        "member.role_changed", member.public_id, before={"role": member.role.value}, after={"role": role.value}
    )
    audit.record(tx, actor.org, actor.who, change)
    return member_of(tx, actor.org, member.user_id)


def remove_member(tx: Tx, actor: Actor, public_id: str, *, expected: Expected) -> None:
    """Take a member out, and end what sessions they have in this organisation; everybody may leave.

    Raises:
        Forbidden: the actor may not remove others, or not owners.
        NotFound: the organisation has no such member.
        Stale: the member has changed meanwhile.
        Conflict: `last_owner`.
    """
    user = id_of(public_id)
    if user != actor.user:
        roles.require(actor, Permission.MANAGE_MEMBERS)
    organisations.lock(tx, actor.org)
    member = member_of(tx, actor.org, user)
    versions.require(expected, member.version, kind=KIND)
    if user != actor.user:
        require_for(actor, member.role)
    _keep_an_owner(tx, actor.org, member)
    tx.execute(delete(sessions).where(sessions.c.org_id == actor.org, sessions.c.user_id == user))
    tx.execute(delete(members).where(members.c.org_id == actor.org, members.c.user_id == user))
    audit.record(tx, actor.org, actor.who, Change("member.removed", member.public_id, before=_told(member)))


def require_for(actor: Actor, role: Role) -> None:
    """Let pass who may give somebody this role, or take it away.

    Raises:
        Forbidden: it takes an owner, or at least an admin.
    """
    roles.require(actor, Permission.MANAGE_OWNERS if role is Role.OWNER else Permission.MANAGE_MEMBERS)


def _keep_an_owner(tx: Tx, org: UUID, leaving: Member) -> None:
    if leaving.role is not Role.OWNER:
        return
    owners = select(func.count()).where(members.c.org_id == org, members.c.role == Role.OWNER.value)
    if tx.execute(owners).scalar_one() <= 1:
        raise Conflict("last_owner", "This is the last owner; make somebody else an owner first.")


def _told(member: Member) -> dict[str, Any]:
    return {"email": member.email, "name": member.name, "role": member.role.value}


def _member(row: Row[Any]) -> Member:
    return Member(row.user_id, row.name, row.email, Role(row.role), row.joined_at, row.version)
