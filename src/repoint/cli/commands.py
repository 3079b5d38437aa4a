"""What the command line can ask of an installation, running or not."""

from collections.abc import Callable, Mapping
from typing import Any

from repoint.accounts import keys, organisations
from repoint.accounts.actor import Scope
from repoint.accounts.organisations import Organisation
from repoint.kit.clock import rfc3339
from repoint.kit.db import Tx
from repoint.kit.errors import NotFound
from repoint.plans import catalogue

Command = Callable[..., dict[str, Any]]


def create_key(tx: Tx, *, label: str, scope: str, org: str | None) -> dict[str, Any]:
    """Make a key; its token is in the answer and nowhere else."""
    owner = _organisation(tx, org)
    key, token = keys.create(tx, owner.id, label=label, scope=Scope[scope.upper()])
    return {"id": key.public_id, "org": owner.public_id, "scope": scope, "label": key.label, "token": token}


def list_keys(tx: Tx, *, org: str | None) -> dict[str, Any]:
    """An organisation's keys, without tokens."""
    return {
        "keys": [
            {
                "id": key.public_id,
                "label": key.label,
                "scope": key.scope.word,
                "created_at": rfc3339(key.created_at),
                "revoked_at": rfc3339(key.revoked_at) if key.revoked_at else None,
            }
            for key in keys.listed(tx, _organisation(tx, org).id)
        ]
    }


def revoke_key(tx: Tx, *, key: str, org: str | None) -> dict[str, Any]:
    """Stop a key at once."""
    keys.revoke(tx, _organisation(tx, org).id, key)
    return {"id": key}


def create_org(tx: Tx, *, name: str, plan: str) -> dict[str, Any]:
    """Make an organisation with its first owner."""
    org = organisations.found(tx, name, plan=catalogue.find(plan).name)
    return {"id": org.public_id, "name": org.name, "plan": org.plan}


COMMANDS: Mapping[str, Command] = {
    "keys.create": create_key,
    "keys.list": list_keys,
    "keys.revoke": revoke_key,
    "org.create": create_org,
}


def _organisation(tx: Tx, public_id: str | None) -> Organisation:
    if public_id is not None:
        return organisations.get(tx, public_id)
    org = organisations.first(tx)
    if org is None:
        raise NotFound("organisation", "of a first start")
    return org
