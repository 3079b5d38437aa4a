"""Parameters of the address: cursors, limits, times, sizes."""

import base64

import httpx
import pytest

from tests.web.api.asking import CODES, blamed
from tests.web.conftest import Served, create

TIME = "must be a time such as 2026-11-20T10:00:00Z; in an address, write `+` as `%2B`"
LIMITS = (
    ("0", "must be at least 1"),
    ("-1", "must be at least 1"),
    ("201", "must be at most 200"),
    ("9" * 30, "must be at most 200"),
    ("", "must be a whole number"),
    ("x", "must be a whole number"),
    ("1.5", "must be a whole number"),
    ("1e2", "must be a whole number"),
    ("null", "must be a whole number"),
    ("9" * 5_000, "has more digits than any number that is possible here"),
)
RANGES = (
    ("from=x", {"from": TIME}),
    ("from=", {"from": TIME}),
    ("from=yesterday&to=2026-02-30", {"from": TIME, "to": TIME}),
    ("from=2026-01-01T00:00:00+02:00", {"from": TIME}),
    ("from=%00", {"from": TIME}),
    ("from=2026-01-02&to=2026-01-01", {"from": "must lie before `to`"}),
    ("from=2026-01-01&to=2026-01-01", {"from": "must lie before `to`"}),
    ("from=9999-12-31T23:59:59Z", {"from": "must lie before `to`"}),
    ("to=9999-12-31T23:59:59Z", {"to": "lies beyond the calendar"}),
    ("from=9999-12-31T22:00:00Z&to=9999-12-31T23:59:59-12:00", {"to": "lies beyond the calendar"}),
    ("from=0001-01-01T00:00:00%2B14:00", {"from": "lies beyond the calendar"}),
    ("interval=week", {"interval": "must be 'hour', 'day' or 'month'"}),
    ("interval=", {"interval": "must be 'hour', 'day' or 'month'"}),
    ("tz=Europe/Berlin", {"tz": "must be 'UTC'"}),
)
PICTURES = (
    ("format=gif", {"format": "must be 'svg', 'png', 'pdf', 'eps', 'jpg' or 'webp'"}),
    ("format=SVG", {"format": "must be 'svg', 'png', 'pdf', 'eps', 'jpg' or 'webp'"}),
    ("size=31", {"size": "must be at least 32"}),
    ("size=8193", {"size": "must be at most 8192"}),
    ("size=large", {"size": "must be a whole number"}),
    ("width_mm=4.99", {"width_mm": "must be at least 5"}),
    ("width_mm=2001", {"width_mm": "must be at most 2000"}),
    ("width_mm=nan", {"width_mm": "must be at most 2000"}),
    ("width_mm=-inf", {"width_mm": "must be at least 5"}),
    ("width_mm=wide", {"width_mm": "must be a number"}),
    ("dpi=71", {"dpi": "must be at least 72"}),
    ("dpi=1201", {"dpi": "must be at most 1200"}),
    ("size=100&width_mm=50", {"width_mm": "cannot stand beside size; give one of them"}),
    ("format=png&width_mm=2000&dpi=1200", {"width_mm": "is 94488 pixels at 1200 dpi; 32 to 8192 are possible"}),
    ("size=1&dpi=1", {"size": "must be at least 32", "dpi": "must be at least 72"}),
)
POSSIBLE_PICTURES = ("size=32", "size=8192", "width_mm=5", "width_mm=2000", "width_mm=5&dpi=1200", "dpi=72")
NO_CURSORS = ("", "x", "a b", "%00", "==", "é", "a" * 2_048, "a" * 5_000, "null", "-_-_", "AAAA" * 8)
BEGINNINGS = ("2026-01-01", "2026-01-01T00:00:00", "2026-01-01T02:00:00+02:00", "2026-01-01T00:00:00.5Z")
POINTS_MAX = 10_000


@pytest.mark.parametrize(("limit", "message"), LIMITS, ids=lambda part: part[:20])
def test_limits(client: httpx.Client, limit: str, message: str) -> None:
    """A limit out of bounds, or none at all, is refused with the bound that it breaks."""
    assert blamed(client.get(CODES, params={"limit": limit})) == {"limit": message}


@pytest.mark.parametrize("limit", ["1", "200"])
def test_bounds_of_limits(client: httpx.Client, limit: str) -> None:
    """Both bounds belong to what is possible."""
    assert client.get(CODES, params={"limit": limit}).status_code == 200


@pytest.mark.parametrize("cursor", NO_CURSORS)
def test_cursors_that_are_none(client: httpx.Client, cursor: str) -> None:
    """What this server has not written is no cursor, and the caller hears where to get one."""
    ((field, message),) = blamed(client.get(CODES, params={"cursor": cursor})).items()
    assert field == "cursor"
    assert cursor == "a" * 5_000 or "`next_cursor`" in message


def test_a_cursor_that_was_changed(client: httpx.Client) -> None:
    """A cursor with any bit changed is refused: it cannot be bent to another place or another list."""
    cursor = _cursor(client)
    raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    for at in range(len(raw)):
        bent = raw[:at] + bytes((raw[at] ^ 1,)) + raw[at + 1 :]
        answer = client.get(CODES, params={"cursor": base64.urlsafe_b64encode(bent).decode().rstrip("=")})
        assert list(blamed(answer)) == ["cursor"]
    assert client.get(CODES, params={"cursor": cursor}).status_code == 200


def test_a_cursor_of_another_organisation(server: Served, client: httpx.Client) -> None:
    """A cursor leads nowhere but on in the list for which it was written."""
    other = server.command("org", "create", "Other", "--quiet")
    token = server.command("keys", "create", "--label", "other", "--scope", "write", "--org", other, "--quiet")
    with server.client(token) as stranger:
        assert list(blamed(stranger.get(CODES, params={"cursor": _cursor(client)}))) == ["cursor"]


@pytest.mark.parametrize(("query", "expected"), RANGES, ids=lambda part: str(part)[:50])
def test_ranges(client: httpx.Client, query: str, expected: dict[str, str]) -> None:
    """Times that are none, ranges that are empty and calendars that end are refused on their parameter."""
    code = create(client)
    assert blamed(client.get(f"{CODES}/{code['id']}/analytics?{query}")) == expected


def test_ranges_of_too_many_points(client: httpx.Client) -> None:
    """As many points as are possible are answered, zeros and all, and one more is refused with a way out."""
    path = f"{CODES}/{create(client)['id']}/analytics"
    most = client.get(path, params={"from": "2000-01-01", "to": "2027-05-19", "interval": "day"}).json()
    assert len(most["series"]) == POINTS_MAX
    answer = client.get(path, params={"from": "2000-01-01", "to": "2027-05-20", "interval": "day"})
    message = "spans more than 10000 points by day; ask for less, or by a longer interval"
    assert blamed(answer) == {"from": message}


@pytest.mark.parametrize("start", BEGINNINGS)
def test_spellings_of_a_time(client: httpx.Client, start: str) -> None:
    """A day, a time without offset (UTC), with one, and with fractions are the same beginning of a day."""
    code = create(client)
    answer = client.get(f"{CODES}/{code['id']}/analytics", params={"from": start, "to": "2026-01-03"}).json()
    assert answer["range"] == {"from": "2026-01-01T00:00:00Z", "to": "2026-01-03T00:00:00Z"}


@pytest.mark.parametrize(("query", "expected"), PICTURES, ids=lambda part: str(part)[:50])
def test_pictures(client: httpx.Client, query: str, expected: dict[str, str]) -> None:
    """Formats that do not exist and sizes out of bounds are refused on their parameter."""
    code = create(client)
    assert blamed(client.get(f"{CODES}/{code['id']}/image?{query}")) == expected


@pytest.mark.parametrize("query", POSSIBLE_PICTURES)
def test_bounds_of_pictures(client: httpx.Client, query: str) -> None:
    """Both bounds of every size are possible, as a picture that is named for its code and runs no script."""
    code = create(client)
    answer = client.get(f"{CODES}/{code['id']}/image?{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")
    assert answer.headers["content-disposition"] == f'inline; filename="{code["id"]}.svg"'
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


@pytest.mark.parametrize("permanent", ["maybe", "", "2"])
def test_a_deletion_that_is_not_clear(client: httpx.Client, permanent: str) -> None:
    """What is neither true nor false deletes nothing."""
    path = f"{CODES}/{create(client)['id']}"
    assert blamed(client.delete(path, params={"permanent": permanent})) == {"permanent": "must be true or false"}
    assert client.get(path).json()["status"] == "active"


def _cursor(client: httpx.Client) -> str:
    create(client)
    create(client)
    cursor: str = client.get(CODES, params={"limit": 1}).json()["next_cursor"]
    return cursor
