"""Plans of the tests' own, and organisations that have them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from repoint.accounts.actor import Actor
from repoint.plans import catalogue
from repoint.plans.catalogue import Catalogue
from repoint.plans.plan import Plan
from tests.conftest import MakeActor

OnPlan = Callable[..., Actor]


@pytest.fixture(autouse=True)
def _own_catalogue() -> Iterator[None]:
    """Whatever a test puts into the catalogue is gone after it."""
    before = catalogue.present()
    yield
    catalogue._present = before


def put(plan: Plan) -> None:
    """Put a plan into the catalogue."""
    catalogue._present = Catalogue({**catalogue.plans(), plan.name: plan})


@pytest.fixture
def on_plan(make_actor: MakeActor) -> OnPlan:
    """The actor of a new organisation whose plan has these fields."""

    def make(name: str = "small", **fields: Any) -> Actor:
        put(Plan(name, name, name, **fields))
        return make_actor(name="Small", plan=name)

    return make
