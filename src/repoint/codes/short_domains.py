"""Short domains, as far as the plan has room for them."""

from repoint.accounts.actor import Actor, Scope
from repoint.kit.db import Tx
from repoint.kit.dns_txt import Lookup
from repoint.kit.versions import Expected
from repoint.links import domains
from repoint.links.domains import Domain
from repoint.links.space import LinkSpace
from repoint.plans import gate, subscriptions
from repoint.plans.plan import Feature


def add_domain(tx: Tx, actor: Actor, *, host: str, space: LinkSpace) -> Domain:
    """Begin with a domain where the plan has room for it; one that was added before takes none.

    Raises:
        PlanExpired: the subscription and its grace time are over.
        LimitReached: the plan has no room for another domain.
        Forbidden, Invalid, Conflict: as of `domains.add_domain`.
    """
    actor.require(Scope.ADMIN)
    entitlements = subscriptions.for_change(tx, actor.org)
    if not domains.has(tx, actor.org, domains.check_host(host, space=space)):
        gate.require(tx, entitlements, Feature.DOMAINS, used=lambda: domains.count(tx, actor.org))
    return domains.add_domain(tx, actor, host=host, space=space)


def settle_check(tx: Tx, actor: Actor, public_id: str, lookup: Lookup, *, space: LinkSpace) -> Domain:
    """`domains.settle_check` while the plan allows changes.

    Raises:
        PlanExpired: the subscription and its grace time are over.
        Forbidden, NotFound, Conflict: as of `domains.settle_check`.
    """
    actor.require(Scope.ADMIN)
    subscriptions.for_change(tx, actor.org)
    return domains.settle_check(tx, actor, public_id, lookup, space=space)


def set_default(
    tx: Tx, actor: Actor, public_id: str, *, is_default: bool, expected: Expected, space: LinkSpace
) -> Domain:
    """`domains.set_default` while the plan allows changes.

    Raises:
        PlanExpired: the subscription and its grace time are over.
        Forbidden, NotFound, Stale, Conflict: as of `domains.set_default`.
    """
    actor.require(Scope.ADMIN)
    subscriptions.for_change(tx, actor.org)
    return domains.set_default(tx, actor, public_id, is_default=is_default, expected=expected, space=space)
