"""What `repoint user` asks of an installation; passwords come as hashes."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from repoint.accounts import members, organisations, users
from repoint.accounts.actor import OPERATOR, Role
from repoint.accounts.members import Member
from repoint.cli.org_commands import operator, organisation
from repoint.kit.clock import rfc3339
from repoint.kit.db import Tx
from repoint.kit.errors import Conflict, NotFound


def list_users(tx: Tx, *, org: str | None) -> dict[str, Any]:
    """The members of an organisation."""
    owner = organisation(tx, org)
    table = organisations.members
    ids = tx.execute(select(table.c.user_id).where(table.c.org_id == owner.id).order_by(table.c.user_id)).scalars()
    return {"users": [_told(members.member_of(tx, owner.id, user)) for user in ids.all()]}


def show_user(tx: Tx, *, user: str, org: str | None) -> dict[str, Any]:
    """One member of an organisation."""
    return _told(members.member_of(tx, organisation(tx, org).id, _named(tx, user)))


def create_user(tx: Tx, *, email: str, name: str, role: str, org: str | None, password_hash: str) -> dict[str, Any]:
    """Make a user who is a member of an organisation."""
    user = users.enrol(tx, email=email, name=name, password_hash=password_hash)
    return _told(members.add_member(tx, operator(tx, org), user.id, role=Role(role)))


def set_password(tx: Tx, *, user: str, email: str | None, password_hash: str) -> dict[str, Any]:
    """Give a user another password, and an email where there is none."""
    found = users.get(tx, _named(tx, user))
    if email is not None:
        users.give_email(tx, found.id, email=email, who=OPERATOR)
    elif found.email is None:
        raise Conflict("no_email", f"{found.public_id} has no email to sign in with; give one with --email.")
    changed = users.set_password(tx, found.id, password_hash=password_hash, who=OPERATOR)
    return {"id": changed.public_id, "email": changed.email}


def set_role(tx: Tx, *, user: str, role: str, org: str | None) -> dict[str, Any]:
    """Give a member another role."""
    wanted = users.get(tx, _named(tx, user)).public_id
    return _told(members.change_role(tx, operator(tx, org), wanted, role=Role(role), expected=None))


def remove_user(tx: Tx, *, user: str, org: str | None) -> dict[str, Any]:
    """Take a member out of an organisation."""
    wanted = users.get(tx, _named(tx, user)).public_id
    members.remove_member(tx, operator(tx, org), wanted, expected=None)
    return {"id": wanted}


def _named(tx: Tx, user: str) -> UUID:
    """The user with this email or id."""
    if "@" not in user:
        return users.id_of(user)
    found = users.with_email(tx, users.normalised_email(user))
    if found is None:
        raise NotFound("user", user[:100])
    return found.id


def _told(member: Member) -> dict[str, Any]:
    return {
        "id": member.public_id,
        "email": member.email,
        "name": member.name,
        "role": member.role.value,
        "joined_at": rfc3339(member.joined_at),
    }


CHANGING: Mapping[str, Callable[..., dict[str, Any]]] = {
    "user.create": create_user,
    "user.set-password": set_password,
    "user.set-role": set_role,
    "user.remove": remove_user,
}
READING: Mapping[str, Callable[..., dict[str, Any]]] = {"user.list": list_users, "user.show": show_user}
