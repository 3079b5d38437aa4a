"""A scene as SVG."""

import re
from xml.sax.saxutils import escape

from repoint.rendering.decimals import PLACES, short
from repoint.rendering.scene import Arc, Contour, Line, Path, Scene, Solid

# What XML 1.0 section 2.2 does not allow in any spelling, and halves of surrogate pairs, which UTF-8 does not allow.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# A number with a decimal point ends where the next point begins, and every number ends at a minus sign.
_SPACE_BEFORE_POINT = re.compile(r"(\.\d+) (?=\.)")


def to_svg(scene: Scene, *, width: str, title: str | None) -> bytes:
    """Return an SVG document; `width` has its unit with it (`512`, `40mm`) and is the height too.

    It holds one path for each paint in module units: no clip paths, no styles, no references.
    """
    side = scene.side_modules
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{width}" viewBox="0 0 {side} {side}"'
        + (' role="img">' if title else ">")
    ]
    if title:
        readable = _NOT_XML.sub("\ufffd", title)
        parts.append(f"<title>{escape(readable)}</title>")
    if scene.background:
        parts.append(f'<path fill="{_color(scene.background)}" d="M0 0h{side}v{side}H0z"/>')
    parts += [f'<path fill="{_color(fill.paint)}" d="{_data(fill.path)}"/>' for fill in scene.fills]
    parts.append("</svg>\n")
    return "".join(parts).encode()


def _color(paint: Solid) -> str:
    red, green, blue = paint.color[1:3], paint.color[3:5], paint.color[5:7]
    if all(pair[0] == pair[1] for pair in (red, green, blue)):
        return f"#{red[0]}{green[0]}{blue[0]}"
    return paint.color


def _data(path: Path) -> str:
    words: list[str] = []
    x = y = 0.0
    for contour in path:
        x, y = _draw(contour, words, x, y)
    return _SPACE_BEFORE_POINT.sub(r"\1", "".join(words).replace(" -", "-"))


def _draw(contour: Contour, words: list[str], x: float, y: float) -> tuple[float, float]:
    """Append one contour in relative commands, from the current point (x, y); return the next current point."""
    start = round(contour.x, PLACES), round(contour.y, PLACES)
    words.append(f"m{short(start[0] - x)} {short(start[1] - y)}")
    x, y = start
    for step in contour.steps:
        # Steps are taken between rounded points, so that rounding never adds up along a path.
        to_x, to_y = round(step.x, PLACES), round(step.y, PLACES)
        dx, dy = short(to_x - x), short(to_y - y)
        match step:
            case Line():
                words.append(f"h{dx}" if dy == "0" else f"v{dy}" if dx == "0" else f"l{dx} {dy}")
            case Arc():
                radius = short(step.radius)
                words.append(f"a{radius} {radius} 0 0 {int(step.clockwise)} {dx} {dy}")
        x, y = to_x, to_y
    words.append("z")
    return start
