"""What `repoint org` asks of an installation."""

from collections.abc import Callable, Mapping
from typing import Any

from repoint.accounts import organisations
from repoint.accounts.actor import Actor
from repoint.accounts.audit import Change, record
from repoint.accounts.organisations import Organisation, operator_of
from repoint.accounts.renaming import rename_organisation
from repoint.kit.clock import rfc3339
from repoint.kit.db import Tx
from repoint.kit.errors import NotFound
from repoint.plans import catalogue, subscriptions


def create_org(tx: Tx, *, name: str, plan: str) -> dict[str, Any]:
    """Make an organisation with its first owner."""
    wanted = catalogue.find(plan)
    org = organisations.found(tx, name)
    who = operator_of(org).who
    record(tx, org.id, who, Change("organisation.created", org.public_id, after={"name": org.name}))
    subscriptions.subscribe(tx, org.id, wanted, ends_at=None, who=who)
    return _told(tx, org)


def list_orgs(tx: Tx) -> dict[str, Any]:
    """All organisations, oldest first."""
    return {"orgs": [_told(tx, org) for org in organisations.every(tx)]}


def show_org(tx: Tx, *, org: str | None) -> dict[str, Any]:
    """One organisation; without an id the first."""
    return _told(tx, organisation(tx, org))


def rename_org(tx: Tx, *, org: str, name: str) -> dict[str, Any]:
    """Give an organisation another name."""
    return _told(tx, rename_organisation(tx, operator_of(organisation(tx, org)), name=name, expected=None))


def organisation(tx: Tx, public_id: str | None) -> Organisation:
    """The organisation that a command is about: the one that it names, or the first."""
    if public_id is not None:
        return organisations.get(tx, public_id)
    org = organisations.first(tx)
    if org is None:
        raise NotFound("organisation", "of a first start")
    return org


def operator(tx: Tx, public_id: str | None) -> Actor:
    """The operator, at work in the organisation that a command is about."""
    return operator_of(organisation(tx, public_id))


def _told(tx: Tx, org: Organisation) -> dict[str, Any]:
    return {
        "id": org.public_id,
        "name": org.name,
        "plan": subscriptions.current(tx, org.id).plan.name,
        "created_at": rfc3339(org.created_at),
        "version": org.version,
    }


CHANGING: Mapping[str, Callable[..., dict[str, Any]]] = {"org.create": create_org, "org.rename": rename_org}
READING: Mapping[str, Callable[..., dict[str, Any]]] = {"org.list": list_orgs, "org.show": show_org}
