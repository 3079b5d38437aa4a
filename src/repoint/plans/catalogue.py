"""The plans there are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from repoint.kit.errors import NotFound


class Feature(StrEnum):
    """What a plan can limit."""

    ACTIVE_CODES = "active_codes"


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan; a feature that `limits` does not name is not limited."""

    name: str
    limits: Mapping[Feature, int] = field(default_factory=dict)


SELFHOSTED = Plan("selfhosted")
CATALOGUE: Mapping[str, Plan] = {plan.name: plan for plan in (SELFHOSTED,)}


def find(name: str) -> Plan:
    """The plan of that name.

    Raises:
        NotFound: the catalogue has none.
    """
    plan = CATALOGUE.get(name)
    if plan is None:
        raise NotFound("plan", name)
    return plan
