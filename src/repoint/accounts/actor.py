"""The one who acts, and what they may do."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from uuid import UUID

from repoint.kit.errors import Forbidden

OPERATOR = "cli"  # whoever may run commands on the installation's machine
SERVER = "server"  # what is made at first start


class Scope(IntEnum):
    """What a key allows; each includes the ones before it."""

    READ = 1
    WRITE = 2
    ADMIN = 3

    @property
    def word(self) -> str:
        """The name in the API and on the command line."""
        return self.name.lower()


class Role(StrEnum):
    """What a member is; `roles.py` has the list of what each may do."""

    VIEWER = "viewer"
    EDITOR = "editor"
    ADMIN = "admin"
    OWNER = "owner"


SCOPE_OF: dict[Role, Scope] = {
    Role.VIEWER: Scope.READ,
    Role.EDITOR: Scope.WRITE,
    Role.ADMIN: Scope.ADMIN,
    Role.OWNER: Scope.ADMIN,
}


@dataclass(frozen=True, slots=True)
class Actor:
    """A key or a member at work; every use case is told on whose behalf it runs.

    Attributes:
        who: what the audit log names: the public id of a key (`key_...`) or a user (`user_...`), `cli` for the
            operator's commands, `server` for what the first start makes.
        role: of a member and of the operator; a key has none, and its scope says what it may do.
        rate_limit_per_minute: the key's own limit; None where the plan's applies.
        user: the member; None for everybody else.
    """

    org: UUID
    who: str
    scope: Scope
    role: Role | None = None
    rate_limit_per_minute: int | None = None
    user: UUID | None = None

    def require(self, scope: Scope) -> None:
        """Let pass who has this scope.

        Raises:
            Forbidden: the key, or the member's role, has a lesser one.
        """
        if self.scope >= scope:
            return
        if self.role is None:
            raise Forbidden(f"a key with the scope {scope.word!r}; this one has {self.scope.word!r}")
        least = next(role for role in Role if SCOPE_OF[role] >= scope)
        raise Forbidden(f"the role {least.value!r}; yours is {self.role.value!r}")
