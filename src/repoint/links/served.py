"""The short domains that are served now, changed while the server runs.

It belongs to the event loop: it is changed there, by hooks behind a commit, and nowhere else. The hot path reads one
attribute, `hosts`, which is replaced and never altered.
"""

from collections.abc import Mapping
from uuid import UUID


class ServedDomains:
    """The operator's short domains, which serve everybody, and verified ones, each of one organisation.

    Attributes:
        hosts: every domain as a Host header has it, in lower case.
        own_origins: what no destination may point at: all domains, and the public URL.
    """

    def __init__(self, of_operator: frozenset[str], public_origins: frozenset[str]) -> None:
        self._of_operator = of_operator
        self._public_origins = public_origins
        self._owners: dict[str, UUID] = {}
        self._defaults: dict[UUID, str] = {}
        self._refresh()

    def load(self, owners: Mapping[str, UUID], defaults: Mapping[UUID, str]) -> None:
        """Serve exactly these from now on: verified domains with their owners, and each organisation's default."""
        self._owners, self._defaults = dict(owners), dict(defaults)
        self._refresh()

    def add(self, host: str, org: UUID) -> None:
        """A domain was verified."""
        self._owners[host] = org
        self._refresh()

    def remove(self, host: str) -> None:
        """A domain is none any longer."""
        org = self._owners.pop(host, None)
        if org is not None and self._defaults.get(org) == host:
            del self._defaults[org]
        self._refresh()

    def set_default(self, org: UUID, host: str) -> None:
        """New links of the organisation go there; '' is below the public URL."""
        if host:
            self._defaults[org] = host
        else:
            self._defaults.pop(org, None)

    def default_of(self, org: UUID) -> str:
        """Where links of the organisation are made that name no domain; '' is below the public URL."""
        return self._defaults.get(org, "")

    def owner_of(self, host: str) -> UUID | None:
        """Whose verified domain this is."""
        return self._owners.get(host)

    def names_for(self, org: UUID) -> list[str]:
        """What the organisation can make links on, sorted."""
        return sorted({*self._of_operator, *(host for host, owner in self._owners.items() if owner == org)})

    def _refresh(self) -> None:
        names = self._of_operator | self._owners.keys()
        self.own_origins = frozenset(names | self._public_origins)
        self.hosts = frozenset(name.encode() for name in names)
