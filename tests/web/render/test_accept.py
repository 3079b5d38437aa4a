"""Which format an Accept header asks for."""

import pytest

from repoint.web.api.accept import format_for


@pytest.mark.parametrize(
    ("accept", "fmt"),
    [
        (None, "svg"),
        ("", "svg"),
        ("*/*", "svg"),
        ("image/*", "svg"),
        ("image/png", "png"),
        ("IMAGE/PNG", "png"),
        ("image/jpg", "jpg"),
        ("image/jpeg, */*;q=0.1", "jpg"),
        ("application/pdf;q=0.5, image/webp;q=0.6", "webp"),
        ("application/*", "pdf"),
        ("application/eps", "eps"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "svg"),
        ("image/*, image/svg+xml;q=0", "png"),
        ("image/png;q=0, */*", "svg"),
        ("image/png; q=high", None),
        ("text/html", None),
        ("image/gif", None),
        ("*/*;q=0", None),
        (", ;;,", None),
        ("text/html," * 10_000 + "image/png", None),
    ],
)
def test_the_best_of_what_is_accepted(accept: str | None, fmt: str | None) -> None:
    """The highest quality decides, the more precise range counts, an endless header costs nothing."""
    assert format_for(accept) == fmt
