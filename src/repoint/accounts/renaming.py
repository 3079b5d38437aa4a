"""See and rename an organisation."""

from sqlalchemy import update

from repoint.accounts import audit, names, organisations, roles
from repoint.accounts.actor import Actor
from repoint.accounts.audit import Change
from repoint.accounts.organisations import NAME_MAX, Organisation
from repoint.accounts.roles import Permission
from repoint.kit import versions
from repoint.kit.db import Tx
from repoint.kit.versions import Expected


def get_organisation(tx: Tx, actor: Actor) -> Organisation:
    """The actor's own organisation."""
    roles.require(actor, Permission.SEE)
    return organisations.of(tx, actor.org)


def rename_organisation(tx: Tx, actor: Actor, *, name: str | None, expected: Expected) -> Organisation:
    """Give the organisation another name; None leaves it.

    Raises:
        Forbidden: the actor may not.
        Stale: it has changed meanwhile.
        Invalid: the name cannot be.
    """
    roles.require(actor, Permission.CHANGE_ORGANISATION)
    organisations.lock(tx, actor.org)
    present = organisations.of(tx, actor.org)
    versions.require(expected, present.version, kind="organisation")
    name = present.name if name is None else names.checked(name, field="name", longest=NAME_MAX)
    if name == present.name:
        return present
    table = organisations.organisations
    tx.execute(update(table).where(table.c.id == actor.org).values(name=name, version=present.version + 1))
    change = Change("organisation.renamed", present.public_id, before={"name": present.name}, after={"name": name})
    audit.record(tx, actor.org, actor.who, change)
    return organisations.of(tx, actor.org)
