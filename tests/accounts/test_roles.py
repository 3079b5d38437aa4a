"""The list of what each role may do is the one in the documentation."""

import itertools
import re
from pathlib import Path
from uuid import UUID

import pytest

from repoint.accounts import roles
from repoint.accounts.actor import SCOPE_OF, Actor, Role, Scope
from repoint.accounts.roles import MAY, Permission
from repoint.kit.errors import Forbidden

PAGE = Path(__file__).parents[2] / "docs" / "accounts.md"


def test_the_documentation_has_the_same_list() -> None:
    """docs/accounts.md has a row for each permission, with yes under the roles that have it and no under others."""
    rows = re.findall(
        r"^\| ([^|]+) \| (yes|no) \| (yes|no) \| (yes|no) \| (yes|no) \|$", PAGE.read_text(), re.MULTILINE
    )
    written = {
        what: [Role(role) for role, said in zip(Role, saids, strict=True) if said == "yes"] for what, *saids in rows
    }
    assert written == {str(each): [role for role in Role if each in MAY[role]] for each in Permission}


def test_each_role_may_what_the_ones_before_it_may() -> None:
    """Viewer, editor, admin, owner: nobody loses anything by being given more, and owners may everything."""
    allowed = [MAY[role] for role in Role]
    assert all(lesser < greater for lesser, greater in itertools.pairwise(allowed))
    assert MAY[Role.OWNER] == frozenset(Permission)


@pytest.mark.parametrize("permission", Permission)
@pytest.mark.parametrize("role", Role)
def test_members(role: Role, permission: Permission) -> None:
    """A member passes where the role has the permission; the refusal names the least role that has it."""
    member = Actor(UUID(int=1), "user_1", SCOPE_OF[role], role=role)
    if permission in MAY[role]:
        roles.require(member, permission)
        return
    with pytest.raises(Forbidden, match=f"yours is '{role}'"):
        roles.require(member, permission)


@pytest.mark.parametrize("scope", Scope)
def test_no_key_is_an_owner(scope: Scope) -> None:
    """Whatever its scope, a key makes and changes no owners; an admin's may everything else."""
    key = Actor(UUID(int=1), "key_1", scope)
    with pytest.raises(Forbidden, match="no key may"):
        roles.require(key, Permission.MANAGE_OWNERS)
    assert roles.may(key, Permission.MANAGE_KEYS) is (scope is Scope.ADMIN)
