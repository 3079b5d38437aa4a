"""A scope includes the lesser ones and no greater one."""

import itertools
from uuid import UUID

import pytest

from repoint.accounts.actor import Actor, Scope
from repoint.kit.errors import Forbidden


@pytest.mark.parametrize(("has", "needed"), list(itertools.product(Scope, Scope)))
def test_a_scope_includes_the_lesser_ones(has: Scope, needed: Scope) -> None:
    """Read < write < admin: passing needs the scope itself or a greater one; the refusal names both."""
    actor = Actor(UUID(int=1), "cli", has)
    order = [Scope.READ, Scope.WRITE, Scope.ADMIN]
    if order.index(has) >= order.index(needed):
        actor.require(needed)
        return
    with pytest.raises(Forbidden) as caught:
        actor.require(needed)
    assert f"'{needed.word}'" in caught.value.needs
    assert f"'{has.word}'" in caught.value.needs


def test_the_words_of_the_api() -> None:
    """The names that keys are created with, and the numbers that the database keeps."""
    assert [(scope.word, int(scope)) for scope in Scope] == [("read", 1), ("write", 2), ("admin", 3)]
