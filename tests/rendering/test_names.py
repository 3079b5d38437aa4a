"""Unknown names are answered with something helpful and short."""

import pytest

from repoint.rendering.names import not_known


@pytest.mark.parametrize(
    ("name", "known", "said"),
    [
        ("roundd", ["square", "rounded"], "'roundd' is not known; did you mean 'rounded'?"),
        ("q", ["L", "Q"], "'q' is not known; did you mean 'Q'?"),
        ("hexagon", ["square", "dots"], "'hexagon' is not known; use one of square, dots"),
        ("hexagon", [f"shape-number-{at}" for at in range(100)], "'hexagon' is not known"),
    ],
)
def test_the_nearest_name_or_the_choice_is_named(name: str, known: list[str], said: str) -> None:
    """The nearest name in any case; without one the whole choice, unless it is long."""
    assert not_known(name, known) == said


def test_an_endless_name_is_cut() -> None:
    """A megabyte of name gives a short sentence at once."""
    assert len(not_known("x" * 1_000_000, ["square"])) < 100
