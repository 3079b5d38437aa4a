"""People: email, name, and the hash of a password.

A user can be a member of several organisations, so a user's own changes are written into the log of each.
"""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, exists, select, update

from repoint.accounts import audit, names
from repoint.accounts.actor import SERVER, Role
from repoint.accounts.audit import Change
from repoint.accounts.organisations import EMAIL_MAX, NAME_MAX, members, organisations, users
from repoint.accounts.sessions_table import sessions
from repoint.kit import versions
from repoint.kit.db import Tx
from repoint.kit.errors import Conflict, Invalid, NotFound
from repoint.kit.ids import parse_prefixed, prefixed
from repoint.kit.versions import Expected

PREFIX = "user"
KIND = "user"
FIRST_EMAIL = "owner@localhost"
_LOCAL_MAX = 64  # RFC 5321, section 4.5.3.1.1
_EMAIL = "must be an email address such as ada@example.com"


@dataclass(frozen=True, slots=True)
class User:
    """A person; never with the hash. `email` is None for one who cannot sign in."""

    id: UUID
    name: str
    email: str | None
    created_at: datetime
    version: int

    @property
    def public_id(self) -> str:
        """`user_` and a ULID."""
        return prefixed(PREFIX, self.id)


@dataclass(frozen=True, slots=True)
class Credentials:
    """Whose password is to be looked at, and its hash."""

    user: UUID
    password_hash: str | None


def normalised_email(email: str) -> str:
    """An email as it is kept and compared: composed characters, lower case.

    Raises:
        Invalid: it is none.
    """
    email = unicodedata.normalize("NFC", email.strip()).lower()
    local, at, domain = email.rpartition("@")
    if not at or not 1 <= len(local) <= _LOCAL_MAX or not domain or "@" in local or len(email) > EMAIL_MAX:
        raise Invalid("email", _EMAIL)
    if any(character.isspace() or unicodedata.category(character)[0] == "C" for character in email):
        raise Invalid("email", _EMAIL)
    return email


def id_of(public_id: str) -> UUID:
    """The id behind `user_` and a ULID.

    Raises:
        NotFound: no user can have it.
    """
    return parse_prefixed(PREFIX, public_id, kind=KIND)


def get(tx: Tx, user: UUID) -> User:
    """A user; for one who asks about themselves, and for the operator.

    Raises:
        NotFound: there is none.
    """
    row = tx.execute(select(users).where(users.c.id == user)).one_or_none()
    if row is None:
        raise NotFound(KIND, prefixed(PREFIX, user))
    return read(row)


def with_email(tx: Tx, email: str) -> User | None:
    """Who has this email, in normal form."""
    row = tx.execute(select(users).where(users.c.email == email)).one_or_none()
    return None if row is None else read(row)


def credentials(tx: Tx, email: str) -> Credentials | None:
    """What a sign-in with this email is compared with; None for an email that is nobody's, or none at all."""
    try:
        email = normalised_email(email)
    except Invalid:
        return None
    row = tx.execute(select(users.c.id, users.c.password_hash).where(users.c.email == email)).one_or_none()
    return None if row is None else Credentials(row.id, row.password_hash)


def credentials_of(tx: Tx, user: UUID) -> Credentials:
    """What the password of a signed-in user is compared with."""
    return Credentials(user, tx.execute(select(users.c.password_hash).where(users.c.id == user)).scalar_one())


def enrol(tx: Tx, *, email: str, name: str, password_hash: str) -> User:
    """Make a user who can sign in.

    Raises:
        Invalid: the email or the name cannot be.
        Conflict: `email_taken`.
    """
    email = normalised_email(email)
    user = User(tx.new_id(), names.checked(name, field="name", longest=NAME_MAX), email, tx.now, 1)
    made = tx.execute(
        tx.upsert(users)
        .values(id=user.id, name=user.name, email=email, password_hash=password_hash, created_at=tx.now)
        .on_conflict_do_nothing(index_elements=[users.c.email])
    )
    if made.rowcount == 0:
        raise Conflict("email_taken", f"There is a user with the email {email!r} already.")
    return user


def rename(tx: Tx, user: UUID, *, name: str, who: str, expected: Expected) -> User:
    """Change a user's name.

    Raises:
        Stale: the user has changed meanwhile.
        Invalid: the name cannot be.
    """
    present = _held(tx, user)
    versions.require(expected, present.version, kind=KIND)
    name = names.checked(name, field="name", longest=NAME_MAX)
    if name == present.name:
        return present
    tx.execute(update(users).where(users.c.id == user).values(name=name, version=users.c.version + 1))
    change = Change("user.renamed", present.public_id, before={"name": present.name}, after={"name": name})
    _record(tx, user, who, change)
    return get(tx, user)


def give_email(tx: Tx, user: UUID, *, email: str, who: str) -> User:
    """Let a user without an email, such as the first owner of an organisation, have one to sign in with.

    Raises:
        Invalid: the email cannot be.
        Conflict: `email_taken`, by this user or another.
    """
    email = normalised_email(email)
    present = get(tx, user)
    if present.email is not None or with_email(tx, email) is not None:
        raise Conflict("email_taken", "The user has an email already, or another user has this one.")
    tx.execute(update(users).where(users.c.id == user).values(email=email, version=users.c.version + 1))
    _record(tx, user, who, Change("user.email_given", present.public_id, after={"email": email}))
    return get(tx, user)


def set_password(tx: Tx, user: UUID, *, password_hash: str, who: str) -> User:
    """Change a user's password, and end every session of theirs."""
    tx.execute(update(users).where(users.c.id == user).values(password_hash=password_hash, version=users.c.version + 1))
    tx.execute(sessions.delete().where(sessions.c.user_id == user))
    _record(tx, user, who, Change("user.password_changed", prefixed(PREFIX, user)))
    return get(tx, user)


def replace_password(tx: Tx, verified: Credentials, *, password_hash: str, who: str, expected: Expected) -> User:
    """Change the password of a user whose present one was looked at outside of this transaction.

    Raises:
        Stale: the user has changed meanwhile.
        Conflict: `password_changed`, somebody else was faster.
    """
    present = _held(tx, verified.user)
    versions.require(expected, present.version, kind=KIND)
    if not still_has(tx, verified):
        raise Conflict("password_changed", "The password has been changed just now. Sign in again.")
    return set_password(tx, verified.user, password_hash=password_hash, who=who)


def still_has(tx: Tx, verified: Credentials) -> bool:
    """Whether the password is the one that was looked at; holds the user's row until the transaction ends."""
    same = (users.c.id == verified.user, users.c.password_hash == verified.password_hash)
    found = tx.execute(select(users.c.id).where(*same).with_for_update()).one_or_none()
    return found is not None


def strengthen(tx: Tx, verified: Credentials, *, password_hash: str) -> None:
    """Keep the same password under a hash with today's parameters."""
    tx.execute(
        update(users)
        .where(users.c.id == verified.user, users.c.password_hash == verified.password_hash)
        .values(password_hash=password_hash)
    )


def nobody_signs_in(tx: Tx) -> bool:
    """Whether no user of the installation has a password, as at first start."""
    with_one = select(users.c.id).where(users.c.password_hash.is_not(None)).limit(1)
    return tx.execute(with_one).one_or_none() is None


def equip_first_owner(tx: Tx, *, org: UUID, password_hash: str) -> User | None:
    """Let the first organisation's first owner sign in; None where somebody can already."""
    if not nobody_signs_in(tx):
        return None
    owner = tx.execute(
        select(users)
        .join(members, members.c.user_id == users.c.id)
        .where(members.c.org_id == org, members.c.role == Role.OWNER.value)
        .order_by(users.c.id)
        .limit(1)
    ).first()
    if owner is None:
        return None
    email = owner.email or FIRST_EMAIL
    tx.execute(update(users).where(users.c.id == owner.id).values(email=email, password_hash=password_hash))
    audit.record(
        tx, org, SERVER, Change("user.created", prefixed(PREFIX, owner.id), after={"email": email, "name": owner.name})
    )
    return get(tx, owner.id)


def read(row: Row[Any]) -> User:
    """A user from a row with the columns of `users`."""
    return User(row.id, row.name, row.email, row.created_at, row.version)


def _held(tx: Tx, user: UUID) -> User:
    """The user, whom nobody else changes until the transaction ends."""
    return read(tx.execute(select(users).where(users.c.id == user).with_for_update()).one())


def _record(tx: Tx, user: UUID, who: str, change: Change) -> None:
    """Write a user's change into the log of each organisation of theirs, always in the same order."""
    belongs = exists().where(members.c.org_id == organisations.c.id, members.c.user_id == user)
    for org in tx.execute(select(organisations.c.id).where(belongs).order_by(organisations.c.id)).scalars().all():
        audit.record(tx, org, who, change)
