"""Frames keep clear of the symbol, inside the canvas, on whole modules."""

import math
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from repoint.rendering.emit.paths import curves
from repoint.rendering.errors import BadDesign
from repoint.rendering.frames import STYLES, TEXT_CHARACTERS_MAX, Frame, Framed, FrameStyle, lay_out
from repoint.rendering.scene import Arc, Contour, Curve, Fill, Line, Step

WITH_TEXT = [style for style in STYLES if style not in ("none", "border")]
TEXTS = ["Scan me!", "Tap to pay & enjoy your meal", "Ệ qyj", "मुझे स्कैन करें", "امسح الرمز ضوئيًا"]
PARTS = 16  # that a curve is checked in
Point = tuple[float, float]


def framed(style: FrameStyle, *, modules: int = 29, quiet_zone: int = 4, text: str = "Scan me!") -> Framed:
    """Lay out a frame around a symbol of so many modules."""
    frame = Frame(style=style, text=text)
    return lay_out(frame, side=modules + 2 * quiet_zone, quiet_zone=quiet_zone, ink="#000000", ground="#FFFFFF")


def outline(contour: Contour) -> list[Point]:
    """Return points along a contour, close enough together that no bow between two of them matters."""
    at = contour.x, contour.y
    points = [at]
    for step in contour.steps:
        points += along(at, step)
        at = step.x, step.y
    return points


def along(begin: Point, step: Step) -> Iterator[Point]:
    """Yield points along one step."""
    match step:
        case Line(x, y):
            yield x, y
        case Curve(x1, y1, x2, y2, x, y):
            for part in range(1, PARTS + 1):
                t = part / PARTS
                weights = [math.comb(3, k) * t**k * (1 - t) ** (3 - k) for k in range(4)]
                xs, ys = (begin[0], x1, x2, x), (begin[1], y1, y2, y)
                yield sum(map(float.__mul__, weights, xs)), sum(map(float.__mul__, weights, ys))
        case Arc(x, y, radius, clockwise, large):
            at = begin
            for pulls in curves(x - at[0], y - at[1], radius, clockwise=clockwise, large=large):
                absolute = [value + begin[axis] for pull in pulls for axis, value in enumerate(pull)]
                yield from along(at, Curve(*absolute))
                at = absolute[4], absolute[5]


def inked(fill: Fill, x: float, y: float) -> bool:
    """Say whether the nonzero rule puts ink on a point."""
    winding = 0
    for contour in fill.path:
        points = outline(contour)
        for (x1, y1), (x2, y2) in zip(points, [*points[1:], points[0]], strict=True):
            if (y1 <= y) != (y2 <= y) and x1 + (y - y1) / (y2 - y1) * (x2 - x1) > x:
                winding += 1 if y2 > y1 else -1
    return winding != 0


SYMBOLS = [(21, 4), (29, 4), (29, 0), (45, 2), (29, 10), (177, 4)]


@pytest.mark.parametrize(("modules", "quiet_zone"), SYMBOLS)
@pytest.mark.parametrize("style", STYLES)
def test_the_symbol_stands_on_whole_modules(style: FrameStyle, modules: int, quiet_zone: int) -> None:
    """Canvas and offset are whole numbers, and the symbol's area lies inside the canvas."""
    found = framed(style, modules=modules, quiet_zone=quiet_zone)
    side = modules + 2 * quiet_zone
    assert all(isinstance(value, int) for value in (found.width, found.height, found.x, found.y))
    assert 0 <= found.x <= found.width - side
    assert 0 <= found.y <= found.height - side
    assert found.x == found.width - side - found.x, "the symbol stands in the middle"


@pytest.mark.parametrize(("modules", "quiet_zone"), SYMBOLS)
@pytest.mark.parametrize("style", STYLES)
def test_the_quiet_zone_stays_clear(style: FrameStyle, modules: int, quiet_zone: int) -> None:
    """No outline enters four modules around the symbol, and nothing covers them."""
    found = framed(style, modules=modules, quiet_zone=quiet_zone)
    if style == "none":
        assert not found.fills
        return
    left, top = found.x + quiet_zone - 4, found.y + quiet_zone - 4
    side = modules + 8
    middle = left + side / 2, top + side / 2
    for fill in found.fills:
        assert not inked(fill, *middle)
        for contour in fill.path:
            for x, y in outline(contour):
                assert max(abs(x - middle[0]), abs(y - middle[1])) >= side / 2 - 1e-6


@pytest.mark.parametrize("style", WITH_TEXT)
@pytest.mark.parametrize("text", TEXTS)
def test_nothing_leaves_the_canvas(style: FrameStyle, text: str) -> None:
    """Every outline ends at the edge of the picture at the latest, whatever marks the letters have."""
    found = framed(style, text=text)
    for fill in found.fills:
        for x, y in (point for contour in fill.path for point in outline(contour)):
            assert -1e-6 <= x <= found.width + 1e-6
            assert -1e-6 <= y <= found.height + 1e-6


@pytest.mark.parametrize("style", STYLES)
def test_proportions_do_not_depend_on_the_version(style: FrameStyle) -> None:
    """A frame around the largest symbol has nearly the shape of that around a small one."""
    small, large = framed(style), framed(style, modules=177)
    assert small.width / small.height == pytest.approx(large.width / large.height, rel=0.06)


@pytest.mark.parametrize("style", [style for style in WITH_TEXT if style.endswith("-above")])
def test_above_and_below_are_as_large(style: FrameStyle) -> None:
    """The same frame the other way up has the same canvas."""
    other: FrameStyle = style.replace("above", "below")  # type: ignore[assignment]
    above, below = framed(style), framed(other)
    assert (above.width, above.height) == (below.width, below.height)
    assert above.y > below.y


@pytest.mark.parametrize("style", WITH_TEXT)
def test_bars_are_alike(style: FrameStyle) -> None:
    """Two texts of one line make pictures of one size, tails or not."""
    one, other = framed(style, text="SCAN"), framed(style, text="Happy")
    assert (one.width, one.height) == (other.width, other.height)


@pytest.mark.parametrize("style", WITH_TEXT)
def test_text_that_is_too_long_is_refused(style: FrameStyle) -> None:
    """Eighty capitals fit into no frame, and the answer names the field."""
    with pytest.raises(BadDesign) as raised:
        framed(style, text="WWWW " * 15 + "WWWWW")
    assert raised.value.field == "design.frame.text"


def test_the_arrow_stands_where_reading_ends() -> None:
    """To the right of text that is read to the right, to the left of text that is read to the left."""
    for text, on_the_right in (("Scan me!", True), ("סרקו אותי", False)):
        found = framed("arrow", text=text)
        arrow, letters = (fill.path[0].x for fill in found.fills)
        assert (arrow > letters) is on_the_right


def outcome(text: str, style: FrameStyle) -> Framed | str:
    """Return the frame with a text, or the field that an error names."""
    try:
        frame = Frame(style=style, text=text)
        return lay_out(frame, side=37, quiet_zone=4, ink="#000000", ground="#FFFFFF")
    except ValidationError as error:
        return ".".join(("design.frame", *map(str, error.errors()[0]["loc"])))
    except BadDesign as error:
        return str(error).encode().decode().partition(":")[0]


@given(st.text(max_size=TEXT_CHARACTERS_MAX), st.sampled_from(WITH_TEXT))
def test_any_text_is_drawn_or_refused(text: str, style: FrameStyle) -> None:
    """Whatever a caller writes, there is a frame with letters or an error that names the text."""
    match outcome(text, style):
        case Framed(fills=fills):
            assert fills[-1].path
        case field:
            assert field == "design.frame.text"
