"""What `repoint audit` asks of an installation."""

from collections.abc import Callable, Mapping
from typing import Any

from repoint.accounts import audit
from repoint.cli.org_commands import organisation
from repoint.kit.db import Tx


def verify(tx: Tx, *, org: str | None, number: int | None = None, noted: str | None = None) -> dict[str, Any]:
    """Where an organisation's chain is broken, and whether a noted entry is still there as it was."""
    owner = organisation(tx, org)
    newest, _ = audit.head(tx, owner.id)
    is_kept = number is None or noted is None or audit.holds(tx, owner.id, number=number, noted=bytes.fromhex(noted))
    return {
        "org": owner.public_id,
        "entries": newest,
        "broken_at": audit.broken_at(tx, owner.id),
        "holds_noted": is_kept,
    }


def head(tx: Tx, *, org: str | None) -> dict[str, Any]:
    """The number and hash of an organisation's newest entry."""
    owner = organisation(tx, org)
    number, digest = audit.head(tx, owner.id)
    return {"org": owner.public_id, "number": number, "hash": digest.hex()}


READING: Mapping[str, Callable[..., dict[str, Any]]] = {"audit.verify": verify, "audit.head": head}
