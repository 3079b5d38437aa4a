"""The plans there are.

What ships with the package, and over it the operator's own file. A process has one catalogue, which is exchanged as a
whole: a file that cannot be used changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import structlog

from repoint.kit.errors import Invalid, NotFound
from repoint.plans import catalogue_file
from repoint.plans.plan import Plan

DEFAULT_NAME = "selfhosted"
CHANGES = "plans"  # the topic on which processes tell each other to read the file again

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Plans by name; `trouble` says why the operator's file is not among them."""

    plans: Mapping[str, Plan]
    file: Path | None = None
    trouble: str = ""


def _shipped() -> dict[str, Plan]:
    with resources.as_file(resources.files("repoint.plans") / "catalogue.toml") as path:
        return catalogue_file.read(path)


SHIPPED: Mapping[str, Plan] = _shipped()
SELFHOSTED = SHIPPED[DEFAULT_NAME]

_present = Catalogue(SHIPPED)


def present() -> Catalogue:
    """The catalogue in use."""
    return _present


def plans() -> Mapping[str, Plan]:
    """The plans in use, by name."""
    return _present.plans


def find(name: str) -> Plan:
    """The plan of that name.

    Raises:
        NotFound: the catalogue has none.
    """
    plan = _present.plans.get(name)
    if plan is None:
        raise NotFound("plan", name)
    return plan


def use(file: Path | None) -> Catalogue:
    """Take the operator's file, or none, as a process begins.

    A file that cannot be used does not keep links from redirecting: what ships is there, and its trouble is told.
    """
    global _present  # noqa: PLW0603 - the one catalogue of this process
    try:
        _present = _read(file)
    except Invalid as error:
        _present = Catalogue(SHIPPED, file, str(error))
        log.error("plans.file_unusable", error=str(error))  # noqa: TRY400 - the sentence is all there is
    return _present


def reload() -> Catalogue:
    """Read the operator's file again.

    Raises:
        Invalid: it cannot be used; what was in use stays in use.
    """
    global _present  # noqa: PLW0603 - the one catalogue of this process
    _present = _read(_present.file)
    log.info("plans.reloaded", file=str(_present.file), plans=len(_present.plans))
    return _present


def _read(file: Path | None) -> Catalogue:
    own = {} if file is None else catalogue_file.read(file)
    if DEFAULT_NAME in own:
        raise Invalid(DEFAULT_NAME, "limits nothing and stays so; give your plan another name")
    return Catalogue({**SHIPPED, **own}, file)
