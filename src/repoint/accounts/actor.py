"""The one who acts, and what they may do."""

from dataclasses import dataclass
from enum import IntEnum
from uuid import UUID

from repoint.kit.errors import Forbidden


class Scope(IntEnum):
    """What a key allows; each includes the ones before it."""

    READ = 1
    WRITE = 2
    ADMIN = 3

    @property
    def word(self) -> str:
        """The name in the API and on the command line."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Actor:
    """An organisation's key at work; every use case is told on whose behalf it runs."""

    org: UUID
    key: UUID
    scope: Scope
    plan: str

    def require(self, scope: Scope) -> None:
        """Let pass who has this scope.

        Raises:
            Forbidden: the key has a lesser one.
        """
        if self.scope < scope:
            raise Forbidden(f"a key with the scope {scope.word!r}; this one has {self.scope.word!r}")
