"""Whether a client has a picture already."""

import pytest

from repoint.web.api.conditional import is_known


@pytest.mark.parametrize(
    ("header", "known"),
    [
        (None, False),
        ("", False),
        ('"a"', True),
        ('W/"a"', True),
        ('"b", "a"', True),
        ('"b",W/"a"', True),
        ("*", True),
        (" * ", True),
        ('"b"', False),
        ("a", False),
        ('"aa"', False),
        ('"a', False),
    ],
)
def test_if_none_match(header: str | None, known: bool) -> None:
    """The tags of If-None-Match are compared weakly; a star is every tag."""
    assert is_known('"a"', header) is known
