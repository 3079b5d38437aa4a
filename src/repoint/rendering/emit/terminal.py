"""A symbol as text for terminals."""

from repoint.rendering.design import Design
from repoint.rendering.draw import symbol_of

# Two modules, one above the other, share a character, as characters are about twice as high as wide. The blocks are
# the light modules: most terminals write light on dark.
_BLOCKS = {(0, 0): "█", (0, 1): "▀", (1, 0): "▄", (1, 1): " "}

# White on black for every line, whatever the colours of the terminal (ECMA-48 section 8.3.117; 8-bit palette).
_WHITE_ON_BLACK = "\x1b[38;5;231;48;5;16m"
_RESET = "\x1b[0m"


def terminal(text: str, design: Design, *, colored: bool) -> str:
    """Return the symbol with its quiet zone in half blocks, a line feed after each line.

    `colored` sets black and white by escape sequences; without it the text is right for light letters on dark ground.
    Of the design only the symbol and the quiet zone are used. Raises as `draw` does.
    """
    symbol = symbol_of(text, design)
    margin = design.quiet_zone
    width = symbol.size + 2 * margin
    light = bytes(width)
    rows = [light] * margin + [bytes(margin) + row + bytes(margin) for row in symbol.rows] + [light] * margin
    if len(rows) % 2:
        rows.append(light)
    lines = (
        "".join(map(_BLOCKS.__getitem__, zip(*pair, strict=True))) for pair in zip(rows[::2], rows[1::2], strict=True)
    )
    before, after = (_WHITE_ON_BLACK, _RESET) if colored else ("", "")
    return "".join(f"{before}{line}{after}\n" for line in lines)
