"""Where short links live, and who must hear of changes."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from repoint.kit.errors import Invalid
from repoint.links.destination import origins_of


@dataclass(frozen=True)
class LinkSpace:
    """The addresses under which this installation answers short links.

    Attributes:
        public_url: without a slash at its end; `/r/{slug}` below it is the default short link.
        domains: short domains, on which `/{slug}` is a short link; host names in lower case.
        forget: called after the commit of every change of a link, with its domain and slug.
    """

    public_url: str
    domains: frozenset[str]
    forget: Callable[[str, str], None]

    @cached_property
    def own_origins(self) -> frozenset[str]:
        """What no destination may point at."""
        return self.domains | origins_of(self.public_url)

    def short_url(self, domain: str, slug: str) -> str:
        """What stands in the printed symbol."""
        return f"https://{domain}/{slug}" if domain else f"{self.public_url}/r/{slug}"

    def domain(self, wanted: str | None) -> str:
        """The domain as links keep it: '' for the default.

        Raises:
            Invalid: not a short domain of this installation.
        """
        if wanted is None:
            return ""
        if wanted.lower() not in self.domains:
            known = ", ".join(sorted(self.domains)) or "none is configured"
            raise Invalid("domain", f"{wanted!r} is not a short domain of this installation ({known})")
        return wanted.lower()
