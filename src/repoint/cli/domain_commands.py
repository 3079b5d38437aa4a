"""What the command line can ask about short domains."""

from collections.abc import Callable, Mapping
from typing import Any

from repoint.cli.org_commands import operator
from repoint.kit.clock import rfc3339
from repoint.kit.db import Tx
from repoint.kit.dns_txt import Found
from repoint.links import domains
from repoint.links.domains import Domain
from repoint.links.space import LinkSpace


def list_domains(tx: Tx, *, org: str | None) -> dict[str, Any]:
    """An organisation's domains."""
    return {"domains": [_shown(domain) for domain in domains.every(tx, operator(tx, org))]}


def add_domain(tx: Tx, *, host: str, org: str | None, space: LinkSpace) -> dict[str, Any]:
    """Begin with a domain."""
    return _shown(domains.add_domain(tx, operator(tx, org), host=host, space=space))


def get_domain(tx: Tx, *, host: str, org: str | None) -> dict[str, Any]:
    """One domain, by its host."""
    return _shown(domains.named(tx, operator(tx, org), host))


def verify_domain(tx: Tx, *, host: str, texts: list[str] | None, org: str | None, space: LinkSpace) -> dict[str, Any]:
    """Let a domain serve: as DNS said `texts`, or, without them, on the operator's word."""
    owner = operator(tx, org)
    domain = domains.named(tx, owner, host)
    lookup = Found((domain.record[1],) if texts is None else tuple(texts))
    return _shown(domains.settle_check(tx, owner, domain.public_id, lookup, space=space))


def remove_domain(tx: Tx, *, host: str, org: str | None, space: LinkSpace) -> dict[str, Any]:
    """Give up a domain on which no code is."""
    owner = operator(tx, org)
    domain = domains.named(tx, owner, host)
    domains.remove_domain(tx, owner, domain.public_id, expected=None, space=space)
    return {"host": domain.host}


# TAKE_SPACE: those are handed the running installation's link space.
CHANGING: Mapping[str, Callable[..., dict[str, Any]]] = {
    "domain.add": add_domain,
    "domain.verify": verify_domain,
    "domain.remove": remove_domain,
}
READING: Mapping[str, Callable[..., dict[str, Any]]] = {"domain.list": list_domains, "domain.get": get_domain}
TAKE_SPACE = frozenset(("domain.add", "domain.verify", "domain.remove"))


def _shown(domain: Domain) -> dict[str, Any]:
    name, value = domain.record
    return {
        "id": domain.public_id,
        "host": domain.host,
        "default": domain.is_default,
        "verified_at": rfc3339(domain.verified_at) if domain.verified_at else None,
        "record": name,
        "value": value,
        "problem": domain.problem,
    }
