"""Plans are found by name, and the default one has no limits."""

import pytest

from repoint.kit.errors import NotFound
from repoint.plans.catalogue import CATALOGUE, SELFHOSTED, find


def test_every_plan_is_found_by_its_name() -> None:
    """The catalogue's names are the plans' own."""
    assert [find(name).name for name in CATALOGUE] == list(CATALOGUE)


def test_selfhosted_limits_nothing() -> None:
    """Who runs Repoint for themselves has no limit of any kind."""
    assert find("selfhosted") is SELFHOSTED
    assert SELFHOSTED.limits == {}


@pytest.mark.parametrize("name", ["", "Selfhosted", "gold"])
def test_an_unknown_plan(name: str) -> None:
    """A name that the catalogue does not have is NotFound."""
    with pytest.raises(NotFound):
        find(name)
