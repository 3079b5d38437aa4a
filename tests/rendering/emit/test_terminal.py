"""Symbols in a terminal can be read by a phone."""

import re
from collections.abc import Callable

import pytest
from PIL import Image

from repoint.rendering import TooLong, parse, terminal

TEXT = "https://repoint.example/r/aB3xK9z"


def screen(written: str) -> Image.Image:
    """Paint the half blocks as a terminal with light letters on a dark ground shows them."""
    lines = re.sub(r"\x1b\[[\d;]*m", "", written).splitlines()
    image = Image.new("L", (len(lines[0]), 2 * len(lines)))
    for y, line in enumerate(lines):
        for x, block in enumerate(line):
            image.putpixel((x, 2 * y), 255 * (block in "█▀"))
            image.putpixel((x, 2 * y + 1), 255 * (block in "█▄"))
    return image.resize((image.width * 4, image.height * 4), Image.Resampling.NEAREST)


@pytest.mark.parametrize("colored", [True, False])
@pytest.mark.parametrize("quiet_zone", [1, 4])
def test_it_decodes(decode: Callable[[Image.Image], str | None], quiet_zone: int, colored: bool) -> None:
    """Dark modules are dark and the quiet zone is there, with and without colours."""
    assert decode(screen(terminal(TEXT, parse({"quiet_zone": quiet_zone}), colored=colored))) == TEXT


def test_lines_are_equally_wide_and_colours_end_with_them() -> None:
    """Every line has the symbol's width and two rows; what follows has the colours of the terminal again."""
    plain = terminal(TEXT, parse({}), colored=False).splitlines()
    assert {len(line) for line in plain} == {37}
    assert len(plain) == 19
    assert set("".join(plain)) == set("█▀▄ ")
    for line in terminal(TEXT, parse({}), colored=True).splitlines():
        assert line.startswith("\x1b[38;5;231;48;5;16m")
        assert line.endswith("\x1b[0m")


def test_a_text_that_is_too_long_is_refused() -> None:
    """The same errors as for a picture."""
    with pytest.raises(TooLong):
        terminal("x" * 3_000, parse({}), colored=False)
