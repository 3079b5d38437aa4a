"""Reads a catalogue file: TOML in, plans out.

    [gold]
    account_type = "paid"
    title = "Gold"
    limits.active_codes = 50
    windows.per_minute = 120
    features.webhooks = false
    analytics_retention_days = 365

What is wrong is said with plan and field: `gold.limits.active_codes`.
"""

import re
import tomllib
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from repoint.kit.errors import Invalid
from repoint.plans.plan import Ability, AccountType, Feature, Plan, Window

NAME_MAX = 64
TITLE_MAX = 100
NUMBER_MAX = 10**12
DAYS_MAX = 36_500
BYTES_MAX = 1024 * 1024
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")
_FIELDS = (
    "account_type",
    "title",
    "tier",
    "counts_paused",
    "limits",
    "windows",
    "features",
    "analytics_retention_days",
)

E = TypeVar("E", bound=StrEnum)


def read(path: Path) -> dict[str, Plan]:
    """The plans of a file, in its order.

    Raises:
        Invalid: the file cannot be read, is no TOML, or a field of a plan cannot be as it is.
    """
    try:
        with path.open("rb") as file:
            content = file.read(BYTES_MAX + 1)
    except OSError as error:
        raise Invalid(str(path), f"cannot be read: {error.strerror}") from error
    if len(content) > BYTES_MAX:
        raise Invalid(str(path), f"has more than {BYTES_MAX:,} bytes, which is no catalogue of plans")
    try:
        document = tomllib.loads(content.decode())
    except UnicodeDecodeError as error:
        raise Invalid(str(path), f"must be UTF-8; byte {error.start + 1} belongs to no character") from error
    except (ValueError, RecursionError) as error:
        # Beside TOMLDecodeError, a ValueError: a number of thousands of digits, and brackets nested as deep.
        raise Invalid(str(path), f"must be TOML: {error}") from error
    return {name: _plan(name, told) for name, told in document.items()}


def _plan(name: str, told: Any) -> Plan:
    if len(name) > NAME_MAX or not _NAME.fullmatch(name):
        raise Invalid(
            name,
            f"a plan's name has at most {NAME_MAX} characters, each a to z, 0 to 9, '.', '_' or '-', and begins with "
            "a letter or a digit",
        )
    table = _table(told, name, _FIELDS)
    title = _text(table.get("title", name), f"{name}.title")
    if "account_type" not in table:
        raise Invalid(f"{name}.account_type", f"is required: {_choices(AccountType)}")
    return Plan(
        name=name,
        title=title,
        tier=_text(table.get("tier", title), f"{name}.tier"),
        account_type=_member(table["account_type"], AccountType, f"{name}.account_type"),
        limits=_numbers(table.get("limits", {}), Feature, f"{name}.limits", prefix="", least=0),
        windows=_numbers(table.get("windows", {}), Window, f"{name}.windows", prefix="per_", least=1),
        lacks=_lacks(table.get("features", {}), f"{name}.features"),
        counts_paused=_flag(table.get("counts_paused", False), f"{name}.counts_paused"),
        retention_days=_days(table.get("analytics_retention_days"), f"{name}.analytics_retention_days"),
    )


def _table(told: Any, field: str, known: Collection[str]) -> Mapping[str, Any]:
    if not isinstance(told, dict):
        raise Invalid(field, "must be a table")
    for name in told:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(known)}"
            raise Invalid(f"{field}.{name}", f"is not known; {hint}")
    return told


def _numbers(told: Any, kind: type[E], field: str, *, prefix: str, least: int) -> dict[E, int]:
    names = {f"{prefix}{member.value}": member for member in kind}
    table = _table(told, field, names)
    return {names[name]: _number(value, f"{field}.{name}", least=least) for name, value in table.items()}


def _lacks(told: Any, field: str) -> frozenset[Ability]:
    table = _table(told, field, [ability.value for ability in Ability])
    return frozenset(Ability(name) for name, value in table.items() if not _flag(value, f"{field}.{name}"))


def _days(value: Any, field: str) -> int | None:
    return None if value is None else _number(value, field, least=0, most=DAYS_MAX)


def _number(value: Any, field: str, *, least: int, most: int = NUMBER_MAX) -> int:
    # TOML's true is Python's 1.
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise Invalid(field, f"must be a whole number from {least} to {most:,}; leave it out for no limit")
    return value


def _flag(value: Any, field: str) -> bool:
    if not isinstance(value, bool):
        raise Invalid(field, "must be true or false")
    return value


def _text(value: Any, field: str) -> str:
    if not isinstance(value, str) or not 1 <= len(value.strip()) <= TITLE_MAX:
        raise Invalid(field, f"must be a text of 1 to {TITLE_MAX} characters")
    return value.strip()


def _member(value: Any, kind: type[E], field: str) -> E:
    if value not in tuple(kind):
        raise Invalid(field, f"must be {_choices(kind)}")
    return kind(value)


def _choices(kind: type[StrEnum]) -> str:
    return " or ".join(repr(member.value) for member in kind)
