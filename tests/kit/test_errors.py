"""Every domain error says in its text what happened."""

import pytest

from repoint.kit.errors import (
    Conflict,
    DomainError,
    Forbidden,
    Invalid,
    LimitReached,
    NotFound,
    NotInPlan,
    PlanExpired,
    Stale,
    TooMany,
)
from tests.conftest import START

ERRORS: list[tuple[DomainError, list[str]]] = [
    (Invalid("design.modules.shape", "must be a shape"), ["design.modules.shape", "must be a shape"]),
    (NotFound("QR code", "qr_1"), ["QR code", "qr_1"]),
    (Forbidden("a key that may write"), ["a key that may write"]),
    (Conflict("slug_taken", "The slug is taken."), ["The slug is taken."]),
    (LimitReached("active_codes", plan="small", limit=3, used=3), ["active_codes", "small", "3"]),
    (TooMany("minute", retry_at=START), ["minute"]),
    (Stale("QR code", 7), ["QR code", "version 7"]),
    (NotInPlan("webhooks", plan="free"), ["webhooks", "free"]),
    (PlanExpired("free", ended_at=START), ["free", "2026-11-20"]),
]


@pytest.mark.parametrize(("error", "said"), ERRORS, ids=lambda value: type(value).__name__)
def test_an_error_names_its_parts(error: DomainError, said: list[str]) -> None:
    """A log line with nothing but the text is enough to know what was wrong."""
    for part in said:
        assert part in str(error)


def test_the_table_is_complete() -> None:
    """Every kind of domain error is looked at above."""
    assert {type(error) for error, _ in ERRORS} == set(DomainError.__subclasses__())
