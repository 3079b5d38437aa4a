"""A catalogue file is read whole, or refused with the plan and the field."""

from pathlib import Path

import pytest

from repoint.kit.errors import Invalid
from repoint.plans import catalogue_file
from repoint.plans.plan import Ability, AccountType, Feature, Plan, Window

WHOLE = """
["gold.2026"]
account_type = "trial"
title = "Gold"
tier = "gold"
counts_paused = true
analytics_retention_days = 30
[ "gold.2026".limits ]
active_codes = 1
codes_per_month = 2
bulk_size = 3
members = 4
keys = 5
webhook_endpoints = 6
domains = 7
scans_per_month = 8
["gold.2026".windows]
per_second = 9
per_minute = 10
per_day = 11
per_month = 12
["gold.2026".features]
api = true
geography = false
"""
# What stands in the file behind `[gold]` and an account type, the field that is to blame, and part of the reason.
BROKEN = (
    ('title = ""', "gold.title", "1 to 100 characters"),
    ("title = 3", "gold.title", "text"),
    ("colour = 3", "gold.colour", "known are account_type"),
    ("limit.active_codes = 3", "gold.limit", "did you mean 'limits'"),
    ("limits.active_code = 3", "gold.limits.active_code", "did you mean 'active_codes'"),
    ("limits.active_codes = -1", "gold.limits.active_codes", "whole number from 0"),
    ("limits.active_codes = 1.5", "gold.limits.active_codes", "whole number"),
    ("limits.active_codes = true", "gold.limits.active_codes", "whole number"),
    ("limits.active_codes = 9999999999999", "gold.limits.active_codes", "whole number"),
    ('limits = "none"', "gold.limits", "table"),
    ("windows.per_second = 0", "gold.windows.per_second", "from 1"),
    ("windows.second = 1", "gold.windows.second", "did you mean 'per_second'"),
    ("features.api = 1", "gold.features.api", "true or false"),
    ("features.apis = true", "gold.features.apis", "did you mean 'api'"),
    ("counts_paused = 1", "gold.counts_paused", "true or false"),
    ("analytics_retention_days = -1", "gold.analytics_retention_days", "whole number from 0"),
    ("analytics_retention_days = 36501", "gold.analytics_retention_days", "0 to 36,500"),
)


def _read(tmp_path: Path, text: str | bytes) -> dict[str, Plan]:
    path = tmp_path / "plans.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return catalogue_file.read(path)


def test_every_field(tmp_path: Path) -> None:
    """Each field of the file is found in the plan."""
    assert _read(tmp_path, WHOLE) == {
        "gold.2026": Plan(
            "gold.2026",
            "Gold",
            "gold",
            AccountType.TRIAL,
            limits=dict(zip(Feature, range(1, 9), strict=True)),
            windows=dict(zip(Window, range(9, 13), strict=True)),
            lacks=frozenset({Ability.GEOGRAPHY}),
            counts_paused=True,
            retention_days=30,
        )
    }


def test_what_is_left_out_is_not_limited(tmp_path: Path) -> None:
    """A plan of one line has everything, under its own name."""
    assert _read(tmp_path, '[gold]\naccount_type = "free"') == {"gold": Plan("gold", "gold", "gold", AccountType.FREE)}


@pytest.mark.parametrize(("line", "field", "reason"), BROKEN)
def test_a_field_that_cannot_be(tmp_path: Path, line: str, field: str, reason: str) -> None:
    """The refusal names the plan, the field and what would be right."""
    with pytest.raises(Invalid) as caught:
        _read(tmp_path, f'[gold]\naccount_type = "paid"\n{line}\n')
    assert caught.value.field == field
    assert reason in caught.value.reason


@pytest.mark.parametrize(
    ("text", "field", "reason"),
    [
        ("[gold]", "gold.account_type", "is required: 'free' or 'trial' or 'paid'"),
        ('[gold]\naccount_type = "gratis"', "gold.account_type", "must be 'free' or 'trial' or 'paid'"),
        ("[gold]\naccount_type = [1]", "gold.account_type", "must be"),
        ("gold = 3", "gold", "must be a table"),
        ("[Gold]", "Gold", "a plan's name has"),
        ('["a b"]', "a b", "a plan's name has"),
        ('[""]', "", "a plan's name has"),
        (f"[{'a' * 65}]", "a" * 65, "at most 64 characters"),
    ],
)
def test_a_plan_that_cannot_be(tmp_path: Path, text: str, field: str, reason: str) -> None:
    """So does that of a plan as a whole."""
    with pytest.raises(Invalid) as caught:
        _read(tmp_path, text)
    assert caught.value.field == field
    assert reason in caught.value.reason


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"[gold", "must be TOML"),
        (b"[gold]\n[gold]", "must be TOML"),
        (b"gold = " + b"1" * 5_000, "must be TOML"),
        (b"gold = " + b"[" * 5_000, "must be TOML"),
        (b"\xff", "byte 1 belongs to no character"),
        (b"#" * (catalogue_file.BYTES_MAX + 1), "no catalogue of plans"),
    ],
)
def test_a_file_that_is_no_catalogue(tmp_path: Path, content: bytes, reason: str) -> None:
    """A file that cannot be read as one is named itself."""
    with pytest.raises(Invalid, match=reason) as caught:
        _read(tmp_path, content)
    assert caught.value.field.endswith("plans.toml")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    """What the system says of a path stands in the reason."""
    with pytest.raises(Invalid, match="cannot be read: Is a directory"):
        catalogue_file.read(tmp_path)
