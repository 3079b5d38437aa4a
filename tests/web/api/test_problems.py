"""Every error is a problem document, and none says more than it should."""

import errno
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from structlog.testing import capture_logs

from repoint.codes import find
from repoint.kit.db import DatabaseUnavailable, Tx
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
from repoint.kit.heavy import TooMuchWork
from repoint.web.api import codes, problems
from tests.web.api.asking import refusal
from tests.web.api.conftest import Api
from tests.web.conftest import Served

FailsWith = Callable[[Exception], None]

COME_AGAIN = datetime.now(UTC) + timedelta(hours=1)
# One of each, and what it is in HTTP.
ERRORS: tuple[tuple[DomainError, int, str], ...] = (
    (Invalid("tags", "must be sorted"), 422, "invalid"),
    (NotFound("QR code", "qr_1"), 404, "not_found"),
    (Forbidden("a key with the scope 'write'"), 403, "forbidden"),
    (Conflict("slug_taken", "The slug is taken."), 409, "slug_taken"),
    (Stale("QR code", 7), 412, "precondition_failed"),
    (NotInPlan("webhooks", plan="free"), 403, "not_in_plan"),
    (PlanExpired("free", ended_at=datetime(2026, 11, 20, tzinfo=UTC)), 402, "plan_expired"),
    (LimitReached("active_codes", plan="free", limit=2, used=2), 402, "limit_reached"),
    (TooMany("minute", retry_at=COME_AGAIN), 429, "too_many_requests"),
)
UNKNOWN_PATHS = (
    "",
    "nope",
    "qr-codes/",
    "qr-codes/a/b",
    "qr-codes/a/image/",
    "../v1/nope",
    "%00",
    "%ff",
    "%0A",
    "a%0Ab%0D",
    "a" * 5_000,
)
NO_IDS = ("x", "qr_", "qr_01JZ8Q4XK7T9V2M5N6P8R0S3W1", "key_01JZ8Q4XK7T9V2M5N6P8R0S3W1", "%00", "%F0%9F%98%80", "'--")
UNKNOWN_METHODS = ("PUT", "OPTIONS", "TRACE", "PROPFIND")


def _descendants(kind: type[DomainError]) -> Iterator[type[DomainError]]:
    for below in kind.__subclasses__():
        yield below
        yield from _descendants(below)


def test_every_domain_error_has_a_place() -> None:
    """Every subclass of DomainError is mapped; a new one fails here until the API says what it is in HTTP."""
    assert set(_descendants(DomainError)) == {type(error) for error, _, _ in ERRORS}
    with pytest.raises(AssertionError, match="no place"):
        problems.of_domain_error(DomainError())


@pytest.mark.parametrize(("error", "status", "code"), ERRORS, ids=lambda part: type(part).__name__)
def test_domain_errors(api: Api, fails_with: FailsWith, error: DomainError, status: int, code: str) -> None:
    """A domain error that a use case raises becomes its status, its code and its own words."""
    fails_with(error)
    answer = _list(api)
    assert refusal(answer, status, code)["detail"] == str(error)
    if isinstance(error, TooMany):
        assert 3_000 < int(answer.headers["retry-after"]) <= 3_600
    if isinstance(error, Invalid):
        assert answer.json()["errors"] == [{"field": "tags", "message": "must be sorted"}]


def test_without_the_database(api: Api, fails_with: FailsWith) -> None:
    """A database that gives no answer is a 503 that says when to come again, and nothing of where it lies."""
    fails_with(DatabaseUnavailable("unable to open database file /srv/secret.sqlite3"))
    answer = _list(api)
    assert "secret" not in refusal(answer, 503, "unavailable")["detail"]
    assert answer.headers["retry-after"] == "1"


def test_a_full_disk(api: Api, fails_with: FailsWith) -> None:
    """A disk without room is no bug of ours: it says that nothing was changed; every other OSError is one."""
    fails_with(OSError(errno.ENOSPC, "No space left on device", "/srv/secret"))
    answer = _list(api)
    assert "secret" not in refusal(answer, 503, "disk_full")["detail"]
    fails_with(OSError(errno.EIO, "Input/output error"))
    refusal(_list(api), 500, "internal")


def test_too_many_drawings(api: Api, fails_with: FailsWith) -> None:
    """Where too many pictures wait to be drawn, the answer is a 503 that says when to come again."""
    fails_with(TooMuchWork("500 others wait already"))
    answer = _list(api)
    refusal(answer, 503, "busy")
    assert answer.headers["retry-after"] == "5"


def test_a_bug(api: Api, fails_with: FailsWith) -> None:
    """A bug is a 500 in the same shape, with nothing of its cause; the log has that."""
    fails_with(RuntimeError("the secret of the house"))
    with capture_logs() as log:
        answer = _list(api)
    assert "secret" not in refusal(answer, 500, "internal")["detail"]
    assert [str(event["exc_info"]) for event in log if event["event"] == "api.bug"] == ["the secret of the house"]


@pytest.mark.parametrize("path", UNKNOWN_PATHS, ids=lambda path: path[:20])
def test_unknown_paths(client: httpx.Client, path: str) -> None:
    """Below `/api/v1` what does not exist is a problem document too, and says where to look."""
    answer = client.get(f"/api/v1/{path}")
    detail = refusal(answer, 404, "not_found")["detail"]
    assert detail.endswith("there is nothing here; /api/v1/openapi.json says what there is.")


@pytest.mark.parametrize("method", UNKNOWN_METHODS)
@pytest.mark.parametrize(
    ("path", "allowed"),
    [("qr-codes", {"GET", "POST"}), ("qr-codes/a", {"GET", "PATCH", "DELETE"}), ("qr-codes/a/image", {"GET"})],
)
def test_unknown_methods(client: httpx.Client, method: str, path: str, allowed: set[str]) -> None:
    """A method that a path does not have is refused with those that it has (RFC 9110, section 15.5.6)."""
    answer = client.request(method, f"/api/v1/{path}")
    detail = refusal(answer, 405, "method_not_allowed")["detail"]
    assert all(name in detail for name in allowed)
    assert set(answer.headers["allow"].split(", ")) == allowed


@pytest.mark.parametrize("code_id", NO_IDS)
@pytest.mark.parametrize(("method", "tail"), [("GET", ""), ("DELETE", ""), ("GET", "/image"), ("GET", "/analytics")])
def test_ids_that_are_none(client: httpx.Client, code_id: str, method: str, tail: str) -> None:
    """An id of any form that no code has is a 404 that names it."""
    refusal(client.request(method, f"/api/v1/qr-codes/{code_id}{tail}"), 404, "not_found")


def test_an_endless_id(client: httpx.Client) -> None:
    """An id that is longer than any is refused, not repeated."""
    body = refusal(client.get(f"/api/v1/qr-codes/{'q' * 5_000}"), 422, "invalid")
    assert body["errors"] == [{"field": "code_id", "message": "must have at most 100 characters; this has 5000"}]


def test_an_unauthenticated_stranger_learns_nothing(server: Served) -> None:
    """Without a key it is the key that is asked for, whatever else is wrong with the request."""
    with httpx.Client(base_url=server.url, trust_env=False) as stranger:
        for path in ("/api/v1/qr-codes/x", "/api/v1/qr-codes?limit=0", "/api/v1/qr-codes/x/image?format=gif"):
            refusal(stranger.get(path), 401, "missing_key")


@pytest.fixture
def fails_with(monkeypatch: pytest.MonkeyPatch) -> FailsWith:
    """Makes the listing of codes fail."""

    def arrange(error: Exception) -> None:
        def fail(_: Tx, *_args: object, **_kwargs: object) -> find.CodePage:
            raise error

        monkeypatch.setattr(codes, "list_codes", fail)

    return arrange


def _list(api: Api) -> httpx.Response:
    return api.client.get("/qr-codes", headers={"authorization": f"Bearer {api.key()[1]}"})
