"""What members and keys do to keys: make, change, rotate, revoke."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from repoint.accounts import audit, keys, organisations, roles, tokens
from repoint.accounts.actor import Actor, Scope
from repoint.accounts.audit import Change
from repoint.accounts.keys import KIND, Key
from repoint.accounts.roles import Permission
from repoint.kit import versions
from repoint.kit.clock import rfc3339
from repoint.kit.db import Tx
from repoint.kit.errors import Conflict, Forbidden, Invalid
from repoint.kit.pages import Asked, Page
from repoint.kit.versions import Expected

OVERLAP_HOURS_DEFAULT = 24
OVERLAP_HOURS_MAX = 7 * 24
_TABLE = keys.keys


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that is asked for."""

    label: str
    scope: Scope
    rate_limit_per_minute: int | None = None
    expires_at: datetime | None = None


def list_keys(tx: Tx, actor: Actor, asked: Asked) -> Page[Key]:
    """A page of keys, newest first, revoked ones too.

    Raises:
        Forbidden: the actor may not see keys.
        Invalid: the cursor is not one of this list.
    """
    roles.require(actor, Permission.MANAGE_KEYS)
    query = select(_TABLE).where(_TABLE.c.org_id == actor.org)
    return asked.newest(tx, query, _TABLE.c.id, listing=f"keys:{actor.org.hex}").read(keys.read)


def get_key(tx: Tx, actor: Actor, public_id: str) -> Key:
    """One key.

    Raises:
        Forbidden: the actor may not see keys.
        NotFound: the organisation has no such key.
    """
    roles.require(actor, Permission.MANAGE_KEYS)
    return keys.get(tx, actor.org, public_id)


def make_key(tx: Tx, actor: Actor, wanted: NewKey) -> tuple[Key, str]:
    """Make a key; gives it with its token, which cannot be had again.

    Raises:
        Forbidden: the actor may not make keys, or not with this scope.
        Invalid: something of it cannot be.
    """
    roles.require(actor, Permission.MANAGE_KEYS)
    _check_scope(actor, wanted.scope)
    organisations.lock(tx, actor.org)
    key, token = keys.create(
        tx,
        actor.org,
        label=wanted.label,
        scope=wanted.scope,
        rate_limit_per_minute=wanted.rate_limit_per_minute,
        expires_at=wanted.expires_at,
        by=actor.who,
    )
    audit.record(tx, actor.org, actor.who, Change("key.created", key.public_id, after=_told(key)))
    return key, token


def change_key(tx: Tx, actor: Actor, public_id: str, values: dict[str, Any], *, expected: Expected) -> Key:
    """Change a key's `label`, `scope`, `rate_limit_per_minute` or `expires_at`: those that `values` holds.

    Raises:
        Forbidden: the actor may not, or may not give this scope.
        NotFound: the organisation has no such key.
        Stale: the key has changed meanwhile.
        Conflict: `key_revoked`.
        Invalid: a value cannot be.
    """
    key = _held(tx, actor, public_id, expected=expected)
    _check_alive(key)
    if "scope" in values:
        _check_scope(actor, values["scope"])
    # Compared again once they are put right: spaces around a label are no change.
    values = _differing(key, keys.checked(tx, _differing(key, values)))
    if not values:
        return key
    stored = values | ({"scope": int(values["scope"])} if "scope" in values else {})
    keys.store(tx, actor.org, key, stored)
    changed = keys.get(tx, actor.org, public_id)
    before, after = _told(key), _told(changed)
    change = Change(
        "key.changed",
        key.public_id,
        before={name: before[name] for name in values},
        after={name: after[name] for name in values},
    )
    audit.record(tx, actor.org, actor.who, change)
    return changed


def rotate_key(tx: Tx, actor: Actor, public_id: str, *, overlap_hours: int, expected: Expected) -> tuple[Key, str]:
    """Give a key a new token, which works at once; the present one works on for the overlap.

    What was left of an earlier overlap ends now.

    Raises:
        Forbidden: the actor may not.
        NotFound: the organisation has no such key.
        Stale: the key has changed meanwhile.
        Conflict: `key_revoked`, `key_expired`.
        Invalid: the overlap cannot be that long.
    """
    if not 0 <= overlap_hours <= OVERLAP_HOURS_MAX:
        raise Invalid("overlap_hours", f"must be 0 to {OVERLAP_HOURS_MAX}")
    key = _held(tx, actor, public_id, expected=expected)
    _check_alive(key)
    if key.expires_at is not None and key.expires_at <= tx.now:
        raise Conflict("key_expired", "This key has expired. Give it a later end first, or make a new one.")
    token = keys.new_token()
    until = tx.now + timedelta(hours=overlap_hours)
    keys.store(
        tx,
        actor.org,
        key,
        {"token_sha256": tokens.sha256(token), "previous_sha256": _TABLE.c.token_sha256, "previous_until": until},
    )
    change = Change("key.rotated", key.public_id, after={"previous_until": rfc3339(until)})
    audit.record(tx, actor.org, actor.who, change)
    return keys.get(tx, actor.org, public_id), token


def revoke_key(tx: Tx, actor: Actor, public_id: str, *, expected: Expected) -> Key:
    """Stop a key at once; a second time changes nothing.

    Raises:
        Forbidden: the actor may not.
        NotFound: the organisation has no such key.
        Stale: the key has changed meanwhile.
    """
    key = _held(tx, actor, public_id, expected=expected)
    if key.revoked_at is None:
        keys.revoke(tx, actor.org, public_id)
        audit.record(tx, actor.org, actor.who, Change("key.revoked", key.public_id, before=_told(key)))
    return keys.get(tx, actor.org, public_id)


def _held(tx: Tx, actor: Actor, public_id: str, *, expected: Expected) -> Key:
    """The key, which nobody else changes until the transaction ends."""
    roles.require(actor, Permission.MANAGE_KEYS)
    organisations.lock(tx, actor.org)
    key = keys.get(tx, actor.org, public_id)
    versions.require(expected, key.version, kind=KIND)
    return key


def _check_alive(key: Key) -> None:
    if key.revoked_at is not None:
        raise Conflict("key_revoked", "This key is revoked, which is for ever. Make a new one.")


def _differing(key: Key, values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value != getattr(key, name)}


def _check_scope(actor: Actor, scope: Scope) -> None:
    if scope > actor.scope:
        raise Forbidden(f"the scope {scope.word!r} yourself; you have {actor.scope.word!r}")


def _told(key: Key) -> dict[str, Any]:
    return {
        "label": key.label,
        "scope": key.scope.word,
        "rate_limit_per_minute": key.rate_limit_per_minute,
        "expires_at": rfc3339(key.expires_at) if key.expires_at else None,
    }
