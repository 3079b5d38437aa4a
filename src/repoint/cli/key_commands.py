"""What `repoint keys` asks of an installation."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from repoint.accounts import key_ring, keys
from repoint.accounts.actor import Scope
from repoint.accounts.key_ring import NewKey
from repoint.accounts.keys import Key
from repoint.cli.org_commands import operator, organisation
from repoint.kit.clock import rfc3339
from repoint.kit.db import Tx


def create_key(
    tx: Tx,
    *,
    label: str,
    scope: str,
    org: str | None,
    rate_limit: int | None = None,
    expires: str | None = None,
) -> dict[str, Any]:
    """Make a key; its token is in the answer and nowhere else."""
    owner = organisation(tx, org)
    wanted = NewKey(label, Scope[scope.upper()], rate_limit, datetime.fromisoformat(expires) if expires else None)
    key, token = key_ring.make_key(tx, operator(tx, org), wanted)
    return {"id": key.public_id, "org": owner.public_id, "scope": scope, "label": key.label, "token": token}


def list_keys(tx: Tx, *, org: str | None) -> dict[str, Any]:
    """An organisation's keys, without tokens."""
    return {"keys": [_told(key) for key in keys.listed(tx, organisation(tx, org).id)]}


def show_key(tx: Tx, *, key: str, org: str | None) -> dict[str, Any]:
    """One key, without its token."""
    return _told(keys.get(tx, organisation(tx, org).id, key))


def set_key(tx: Tx, *, key: str, org: str | None, values: dict[str, Any]) -> dict[str, Any]:
    """Change what `values` holds of label, scope, rate_limit_per_minute and expires_at."""
    wanted = dict(values)
    if "scope" in wanted:
        wanted["scope"] = Scope[wanted["scope"].upper()]
    if wanted.get("expires_at") is not None:
        wanted["expires_at"] = datetime.fromisoformat(wanted["expires_at"])
    return _told(key_ring.change_key(tx, operator(tx, org), key, wanted, expected=None))


def rotate_key(tx: Tx, *, key: str, org: str | None, overlap_hours: int) -> dict[str, Any]:
    """Give a key a new token, which is in the answer and nowhere else."""
    rotated, token = key_ring.rotate_key(tx, operator(tx, org), key, overlap_hours=overlap_hours, expected=None)
    return _told(rotated) | {"token": token}


def revoke_key(tx: Tx, *, key: str, org: str | None) -> dict[str, Any]:
    """Stop a key at once."""
    return _told(key_ring.revoke_key(tx, operator(tx, org), key, expected=None))


def _told(key: Key) -> dict[str, Any]:
    return {
        "id": key.public_id,
        "label": key.label,
        "scope": key.scope.word,
        "rate_limit_per_minute": key.rate_limit_per_minute,
        "expires_at": _time(key.expires_at),
        "last_used_at": _time(key.last_used_at),
        "previous_token_until": _time(key.previous_until),
        "created_by": key.created_by,
        "created_at": _time(key.created_at),
        "revoked_at": _time(key.revoked_at),
    }


def _time(moment: datetime | None) -> str | None:
    return rfc3339(moment) if moment else None


CHANGING: Mapping[str, Callable[..., dict[str, Any]]] = {
    "keys.create": create_key,
    "keys.set": set_key,
    "keys.rotate": rotate_key,
    "keys.revoke": revoke_key,
}
READING: Mapping[str, Callable[..., dict[str, Any]]] = {"keys.list": list_keys, "keys.show": show_key}
