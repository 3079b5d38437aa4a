"""Short domains of organisations: added, verified by DNS, served, removed.

Whoever can set the TXT record `_repoint.<host>` owns the host. A domain that was verified stays so: what is printed
must go on working, whatever becomes of the record.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, assert_never
from uuid import UUID

from sqlalchemy import Row, delete, func, select, update

from repoint.accounts import audit, organisations
from repoint.accounts.actor import Actor, Scope
from repoint.accounts.audit import Change
from repoint.kit.db import Database, Tx
from repoint.kit.db.reloading import Reloading
from repoint.kit.dns_txt import Found, Lookup, Missing, NoAnswer
from repoint.kit.errors import Conflict, Invalid, NotFound
from repoint.kit.ids import parse_prefixed, prefixed
from repoint.kit.pages import Asked, Page
from repoint.kit.versions import Expected, require
from repoint.links import host as hosts
from repoint.links.domain_table import HOST_MAX, PROBLEM_MAX, domains
from repoint.links.space import LinkSpace
from repoint.links.table import links

PREFIX = "domain"
KIND = "domain"
LIST = "domains"
TOPIC = "domains"  # keys are hosts
RECORD_PREFIX = "_repoint."
VALUE_PREFIX = "repoint-verification="
TOKEN_BYTES = 24


@dataclass(frozen=True, slots=True)
class Domain:
    """A host that an organisation has added; `problem` is what the last check found wrong."""

    id: UUID
    host: str
    token: str
    is_default: bool
    verified_at: datetime | None
    checked_at: datetime | None
    problem: str | None
    version: int
    created_at: datetime
    updated_at: datetime

    @property
    def public_id(self) -> str:
        """`domain_` and a ULID."""
        return prefixed(PREFIX, self.id)

    @property
    def record(self) -> tuple[str, str]:
        """Name and value of the TXT record that proves who owns the host."""
        return RECORD_PREFIX + self.host, VALUE_PREFIX + self.token


def add_domain(tx: Tx, actor: Actor, *, host: str, space: LinkSpace) -> Domain:
    """Begin with a domain: it serves nothing before it is verified.

    Raises:
        Forbidden: the key may not administer.
        Invalid: it cannot be a host name, or the installation has it already.
        Conflict: `domain_exists`, the organisation has added it.
    """
    actor.require(Scope.ADMIN)
    name = check_host(host, space=space)
    domain_id = tx.new_id()
    values = {"org_id": actor.org, "host": name, "token": secrets.token_urlsafe(TOKEN_BYTES), "version": 1}
    made = tx.execute(
        tx.upsert(domains)
        .values(id=domain_id, created_at=tx.now, updated_at=tx.now, **values)
        .on_conflict_do_nothing(index_elements=["org_id", "host"])
        .returning(domains.c.id)
    ).scalar()
    if made is None:
        raise Conflict("domain_exists", f"The domain {name} was added before.")
    domain = _get(tx, actor.org, domain_id)
    audit.record(tx, actor.org, actor.who, Change("domain.added", domain.public_id, after={"host": name}))
    return domain


def check_host(host: str, *, space: LinkSpace) -> str:
    """A host in the spelling that is kept (ASCII, lower case), once it can be a domain of an organisation.

    Raises:
        Invalid: it cannot.
    """
    name = _spelled(host)
    is_address = not name or ":" in name or name.rpartition(".")[2].isdecimal()
    if is_address or "." not in name or not hosts.is_name(name) or len(RECORD_PREFIX + name) > HOST_MAX:
        raise Invalid("host", "must be a host name such as go.example.com, without http:// and without a path")
    if name == space.public_host or name in space.domains:
        raise Invalid("host", f"{name} belongs to this installation and serves every organisation already")
    return name


def get_domain(tx: Tx, actor: Actor, public_id: str) -> Domain:
    """One domain.

    Raises:
        NotFound: the organisation has no such domain.
    """
    actor.require(Scope.READ)
    return _get(tx, actor.org, id_of(public_id))


def list_domains(tx: Tx, actor: Actor, asked: Asked) -> Page[Domain]:
    """A page of domains, newest first.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    actor.require(Scope.READ)
    query = select(domains).where(domains.c.org_id == actor.org)
    return asked.newest(tx, query, domains.c.id, listing=f"{LIST}:{actor.org.hex}").read(_domain)


def named(tx: Tx, actor: Actor, host: str) -> Domain:
    """The domain with this host, in any spelling.

    Raises:
        NotFound: the organisation has no such domain.
    """
    actor.require(Scope.READ)
    query = select(domains).where(domains.c.org_id == actor.org, domains.c.host == _spelled(host))
    row = tx.execute(query).one_or_none()
    if row is None:
        raise NotFound(KIND, host)
    return _domain(row)


def has(tx: Tx, org: UUID, host: str) -> bool:
    """Whether the organisation has added this host, spelled as it is kept."""
    return tx.execute(select(domains.c.id).where(domains.c.org_id == org, domains.c.host == host)).first() is not None


def count(tx: Tx, org: UUID) -> int:
    """How many domains an organisation has, verified or not."""
    return int(tx.execute(select(func.count()).where(domains.c.org_id == org)).scalar_one())


def every(tx: Tx, actor: Actor) -> Sequence[Domain]:
    """All of the organisation's domains, oldest first."""
    actor.require(Scope.READ)
    rows = tx.execute(select(domains).where(domains.c.org_id == actor.org).order_by(domains.c.id))
    return [_domain(row) for row in rows]


def settle_check(tx: Tx, actor: Actor, public_id: str, lookup: Lookup, *, space: LinkSpace) -> Domain:
    """Write down what DNS said of the domain's record; the right value there verifies it, and it serves at once.

    Raises:
        Forbidden: the key may not administer.
        NotFound: the organisation has no such domain.
        Conflict: `domain_taken`, another organisation of the installation has verified the host.
    """
    actor.require(Scope.ADMIN)
    domain = _get(tx, actor.org, id_of(public_id))
    problem = _problem(domain, lookup)
    if problem is not None or domain.verified_at is not None:
        return _change(tx, actor.org, domain, checked_at=tx.now, problem=problem)
    return verify(tx, actor, domain, space=space)


def verify(tx: Tx, actor: Actor, domain: Domain, *, space: LinkSpace) -> Domain:
    """Let a domain serve, its owner being proven.

    Raises:
        Conflict: `domain_taken`.
    """
    # Whoever else is about to verify the host waits here, and then finds it served.
    tx.execute(select(domains.c.id).where(domains.c.host == domain.host).order_by(domains.c.id).with_for_update())
    serving = tx.execute(select(domains.c.id).where(domains.c.serves == domain.host)).scalar()
    if serving == domain.id:  # the same check, asked for twice at once
        return _get(tx, actor.org, domain.id)
    if serving is not None:
        raise Conflict("domain_taken", f"The domain {domain.host} is in use on this installation and cannot be added.")
    verified = _change(
        tx, actor.org, domain, serves=domain.host, verified_at=tx.now, checked_at=tx.now, problem=None, counts=True
    )
    audit.record(tx, actor.org, actor.who, Change("domain.verified", domain.public_id, after={"host": domain.host}))
    tx.after_commit(lambda: space.served.add(domain.host, actor.org))
    tx.announce(TOPIC, domain.host)
    return verified


def set_default(
    tx: Tx, actor: Actor, public_id: str, *, is_default: bool, expected: Expected, space: LinkSpace
) -> Domain:
    """Make the domain the one on which new links are made, in place of the one before; or let none be it.

    Raises:
        Forbidden: the key may not administer.
        NotFound: the organisation has no such domain.
        Stale: `expected` names another version.
        Conflict: `domain_not_verified`.
    """
    actor.require(Scope.ADMIN)
    organisations.lock(tx, actor.org)
    domain = _get(tx, actor.org, id_of(public_id))
    require(expected, domain.version, kind=KIND)
    if domain.verified_at is None:
        raise Conflict("domain_not_verified", f"The domain {domain.host} is not verified yet, so no link can be on it.")
    if domain.is_default == is_default:
        return domain
    before = tx.execute(select(domains).where(domains.c.org_id == actor.org, domains.c.is_default)).all()
    for row in before:
        _change(tx, actor.org, _domain(row), is_default=False, counts=True)
    changed = _change(tx, actor.org, _get(tx, actor.org, domain.id), is_default=is_default, counts=True)
    change = Change(
        "domain.default_changed",
        domain.public_id,
        before={"default": before[0].host if before else None},
        after={"default": domain.host if is_default else None},
    )
    audit.record(tx, actor.org, actor.who, change)
    tx.after_commit(lambda: space.served.set_default(actor.org, domain.host if is_default else ""))
    tx.announce(TOPIC, domain.host)
    return changed


def remove_domain(tx: Tx, actor: Actor, public_id: str, *, expected: Expected, space: LinkSpace) -> None:
    """Give up a domain on which no code is; its old slugs are never given out again, whoever verifies it next.

    Raises:
        Forbidden: the key may not administer.
        NotFound: the organisation has no such domain.
        Stale: `expected` names another version.
        Conflict: `domain_in_use`, by a code (until it is deleted for good).
    """
    actor.require(Scope.ADMIN)
    organisations.lock(tx, actor.org)  # before the domain, as whoever makes a link on it does
    domain = _get(tx, actor.org, id_of(public_id), is_locked=True)  # see `hold`
    require(expected, domain.version, kind=KIND)
    used = tx.execute(
        select(func.count()).where(
            links.c.org_id == actor.org, links.c.domain == domain.host, links.c.destination.is_not(None)
        )
    ).scalar_one()
    if used and domain.verified_at is not None:
        codes = f"{used:,} QR code{'s' * (used != 1)}"
        raise Conflict("domain_in_use", f"{codes} would stop working. Delete them for good first.")
    tx.execute(delete(domains).where(domains.c.org_id == actor.org, domains.c.id == domain.id))
    audit.record(tx, actor.org, actor.who, Change("domain.removed", domain.public_id, before={"host": domain.host}))
    if domain.verified_at is not None:
        tx.after_commit(lambda: space.served.remove(domain.host))
        tx.announce(TOPIC, domain.host)


def hold(tx: Tx, org: UUID, host: str) -> None:
    """Keep a domain from being removed until this transaction, which makes links on it, ends.

    Raises:
        Invalid: it was removed just now.
    """
    held = select(domains.c.id).where(domains.c.org_id == org, domains.c.serves == host).with_for_update(read=True)
    if tx.execute(held).first() is None:
        raise Invalid("domain", f"{host!r} is not a short domain of this organisation any longer")


def for_new_link(tx: Tx, org: UUID, wanted: str | None, *, space: LinkSpace) -> str:
    """The domain of a link that this transaction makes, as links keep it; it stays until the transaction ends.

    Raises:
        Invalid: not a short domain that the organisation may use.
    """
    host = space.domain(wanted, org=org)
    if host and host not in space.domains:
        hold(tx, org, host)
    return host


def load_served(tx: Tx) -> tuple[dict[str, UUID], dict[UUID, str]]:
    """Verified domains with their owners, and each organisation's default: of everybody, as a scan names no owner."""
    rows = tx.execute(
        select(domains.c.serves, domains.c.org_id, domains.c.is_default).where(domains.c.serves.is_not(None))
    ).all()
    return {row.serves: row.org_id for row in rows}, {row.org_id: row.serves for row in rows if row.is_default}


def follow(db: Database, space: LinkSpace) -> None:
    """Serve what the database says whenever domains have changed, in this process or another."""
    reloading = Reloading(lambda: _reload_served(db, space))
    db.feed.listen(TOPIC, changed=lambda _: reloading.start(), missed=reloading.start)


async def _reload_served(db: Database, space: LinkSpace) -> None:
    space.served.load(*await db.read(load_served))


def id_of(public_id: str) -> UUID:
    """The id behind `domain_` and a ULID.

    Raises:
        NotFound: no domain can have it.
    """
    return parse_prefixed(PREFIX, public_id, kind=KIND)


def _spelled(host: str) -> str:
    """In the one spelling; what has none is no host."""
    try:
        return hosts.canonical(host.strip())
    except UnicodeError:
        return ""


def _problem(domain: Domain, lookup: Lookup) -> str | None:
    name, value = domain.record
    match lookup:
        case Found(texts=texts):
            if value in (text.strip() for text in texts):
                return None
            return f"The TXT record {name[:200]} has another value; set {value}."
        case Missing():
            return f"There is no TXT record {name[:200]} yet; a new one can take minutes to be seen."
        case NoAnswer(reason=reason):
            return f"{reason[0].upper()}{reason[1:]}; try again."[:PROBLEM_MAX]
        case _:
            assert_never(lookup)


def _get(tx: Tx, org: UUID, domain_id: UUID, *, is_locked: bool = False) -> Domain:
    query = select(domains).where(domains.c.org_id == org, domains.c.id == domain_id)
    row = tx.execute(query.with_for_update() if is_locked else query).one_or_none()
    if row is None:
        raise NotFound(KIND, prefixed(PREFIX, domain_id))
    return _domain(row)


def _change(tx: Tx, org: UUID, domain: Domain, *, counts: bool = False, **values: Any) -> Domain:
    """Write columns; what its owner has changed `counts` as a version of its own."""
    if counts:
        values |= {"version": domain.version + 1, "updated_at": tx.now}
    tx.execute(update(domains).where(domains.c.org_id == org, domains.c.id == domain.id).values(**values))
    return _get(tx, org, domain.id)


def _domain(row: Row[Any]) -> Domain:
    return Domain(
        row.id,
        row.host,
        row.token,
        row.is_default,
        row.verified_at,
        row.checked_at,
        row.problem,
        row.version,
        row.created_at,
        row.updated_at,
    )
