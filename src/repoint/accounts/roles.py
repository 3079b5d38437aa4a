"""What each role may do: the one written list."""

from collections.abc import Mapping
from enum import StrEnum

from repoint.accounts.actor import Actor, Role, Scope
from repoint.kit.errors import Forbidden


class Permission(StrEnum):
    """Something that some roles may do; the value is what people read (docs/accounts.md has the same table)."""

    SEE = "see codes, pictures, designs, logos, scans and members"
    CHANGE_CODES = "make, change and delete codes, designs and logos"
    CHANGE_ORGANISATION = "rename the organisation"
    MANAGE_KEYS = "see, make, change, rotate and revoke keys"
    MANAGE_MEMBERS = "invite, change and remove viewers, editors and admins"
    READ_AUDIT_LOG = "read the audit log"
    MANAGE_OWNERS = "make owners, change and remove them"


_VIEWER = frozenset({Permission.SEE})
_EDITOR = _VIEWER | {Permission.CHANGE_CODES}
_ADMIN = _EDITOR | {
    Permission.CHANGE_ORGANISATION,
    Permission.MANAGE_KEYS,
    Permission.MANAGE_MEMBERS,
    Permission.READ_AUDIT_LOG,
}
_OWNER = _ADMIN | {Permission.MANAGE_OWNERS}

MAY: Mapping[Role, frozenset[Permission]] = {
    Role.VIEWER: _VIEWER,
    Role.EDITOR: _EDITOR,
    Role.ADMIN: _ADMIN,
    Role.OWNER: _OWNER,
}

# What a key may do follows from its scope. None is an owner's: whoever finds a key cannot take the organisation over.
ROLE_OF_KEY: Mapping[Scope, Role] = {
    Scope.READ: Role.VIEWER,
    Scope.WRITE: Role.EDITOR,
    Scope.ADMIN: Role.ADMIN,
}


def may(actor: Actor, permission: Permission) -> bool:
    """Whether the member or key may do this."""
    return permission in MAY[actor.role or ROLE_OF_KEY[actor.scope]]


def require(actor: Actor, permission: Permission) -> None:
    """Let pass who may do this.

    Raises:
        Forbidden: the role, or the key's scope, does not include it.
    """
    if may(actor, permission):
        return
    least = next(role for role in Role if permission in MAY[role])
    if actor.role is not None:
        raise Forbidden(f"the role {least.value!r} to {permission}; yours is {actor.role.value!r}")
    for scope, role in ROLE_OF_KEY.items():
        if permission in MAY[role]:
            raise Forbidden(f"a key with the scope {scope.word!r}; this one has {actor.scope.word!r}")
    raise Forbidden(f"a signed-in {least.value} to {permission}; no key may")
