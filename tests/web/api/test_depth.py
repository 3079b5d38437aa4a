"""JSON in more than 32 levels is refused wherever it goes, and nothing else is."""

import json
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from repoint.web.api.depth import DEPTH_MAX, is_deeper
from tests.web.api.asking import CODES, DESTINATION, refusal

VALUES = st.recursive(
    st.none() | st.integers() | st.text(alphabet='[]{}"\\a,:', max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=30,
)


def _depth(value: Any) -> int:
    inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(_depth, inner), default=0)


@given(VALUES, st.integers(0, 6))
def test_depth_is_that_of_the_value(value: Any, most: int) -> None:
    """Brackets within strings are none, whatever is escaped around them."""
    assert is_deeper(json.dumps(value).encode(), than=most) == (_depth(value) > most)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"[" * 33, True),
        (b"[" * 32, False),
        (b"[" * 32 + b"]" * 32, False),
        (b"[" * 33 + b"]" * 33, True),
        (b"]" * 100_000, False),
        (b"[]" * 1_000_000, False),
        (b'{"a":' * 40 + b"1" + b"}" * 40, True),
        (b'"' + b"[" * 100, False),
        (b'"\\"' + b"[" * 100 + b'"', False),
        (b"", False),
    ],
    ids=range(10),
)
def test_what_is_no_json(body: bytes, expected: bool) -> None:
    """Bodies that are cut off, or nothing at all, are told from deep ones, in no time."""
    assert is_deeper(body) == expected


@pytest.mark.parametrize("path", [CODES, f"{CODES}/bulk", "/api/v1/render", "/api/v1/designs"])
def test_every_body(client: httpx.Client, path: str) -> None:
    """One level more than allowed is refused, with the number; as many as allowed are read."""

    def post(levels: int) -> httpx.Response:
        inner = b"[" * (levels - 2) + b"]" * (levels - 2)
        body = b'{"design": {"x": ' + inner + b'}, "destination": "' + DESTINATION.encode() + b'"}'
        return client.post(path, content=body, headers={"content-type": "application/json"})

    assert "in more than 32 levels" in refusal(post(DEPTH_MAX + 1), 400, "malformed_json")["detail"]
    assert post(DEPTH_MAX).status_code == 422
