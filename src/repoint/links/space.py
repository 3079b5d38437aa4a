"""Where short links live, and who must hear of changes."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit
from uuid import UUID

from repoint.kit.db import Tx
from repoint.kit.errors import Invalid
from repoint.links import host as hosts
from repoint.links.destination import origins_of
from repoint.links.served import ServedDomains

LINKS = "links"  # the topic; keys are DOMAIN/SLUG


@dataclass(frozen=True)
class LinkSpace:
    """The addresses under which this installation answers short links.

    Attributes:
        public_url: without a slash at its end; `/r/{slug}` below it is the default short link.
        domains: short domains that the operator has set, for everybody; host names in lower case.
        forget: called after the commit of every change of a link by this process, with its domain and slug.
    """

    public_url: str
    domains: frozenset[str]
    forget: Callable[[str, str], None]

    @cached_property
    def served(self) -> ServedDomains:
        """The short domains that answer now, on each of which `/{slug}` is a short link; they come and go."""
        return ServedDomains(self.domains, origins_of(self.public_url))

    @cached_property
    def public_host(self) -> str:
        """The host of the public URL."""
        return hosts.canonical(urlsplit(self.public_url).hostname or "")

    @property
    def own_origins(self) -> frozenset[str]:
        """What no destination may point at."""
        return self.served.own_origins

    def announce(self, tx: Tx, domain: str, slug: str) -> None:
        """A link was made or changed: whoever remembers it, in this process or another, must ask again."""
        tx.after_commit(lambda: self.forget(domain, slug))
        tx.announce(LINKS, f"{domain}/{slug}")

    def short_url(self, domain: str, slug: str) -> str:
        """What stands in the printed symbol."""
        return f"https://{domain}/{slug}" if domain else f"{self.public_url}/r/{slug}"

    def domain(self, wanted: str | None, *, org: UUID) -> str:
        """The domain as links of an organisation keep it: '' below the public URL; for None the organisation's default.

        Raises:
            Invalid: not a short domain that the organisation may use.
        """
        if wanted is None:
            return self.served.default_of(org)
        name = _spelled(wanted)
        if name in self.domains or self.served.owner_of(name) == org:
            return name
        if name == self.public_host:
            return ""
        known = ", ".join(self.served.names_for(org)) or "none is configured"
        raise Invalid("domain", f"{wanted!r} is not a short domain of this organisation ({known})")


def _spelled(wanted: str) -> str:
    """In the one spelling; what has none is no domain of ours."""
    try:
        return wanted.lower() if wanted.isascii() else hosts.to_ascii(wanted).lower()
    except UnicodeError:
        return ""
