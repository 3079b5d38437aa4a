"""One open font: what it covers, shapes, outlines."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from repoint.rendering.scene import Contour, Curve, Line, Step
from repoint.rendering.scene import Path as Outline

# A Latin letter is about 2 kB, a Chinese one 6 kB.
GLYPHS_KEPT_MAX = 4_096

Point = tuple[float, float]


class Glyph(NamedTuple):
    """An outline in ems, y downwards from the baseline, and the box around its ink."""

    outline: Outline
    left: float
    top: float
    right: float
    bottom: float


class Placed(NamedTuple):
    """Where a glyph of a run goes, in ems from the start of the run."""

    glyph: int
    x: float
    y: float


class Face:
    """A font file, opened by HarfBuzz; every measure is in ems at the size the font is set at."""

    def __init__(self, path: Path, *, scale: float) -> None:
        from uharfbuzz import Blob, Font, OTMetricsTag  # type: ignore[import-untyped]
        from uharfbuzz import Face as File

        file = File(Blob.from_file_path(str(path)))
        self.name = path.stem
        self._font = Font(file)
        self._covered = file.unicodes
        self._em = scale / file.upem
        self.capitals = self._font.get_metric_position_with_fallback(OTMetricsTag.CAP_HEIGHT) * self._em

    def covers(self, characters: str) -> bool:
        """Say whether there is a glyph for every one of these characters."""
        return all(ord(character) in self._covered for character in characters)

    def shape(self, text: str, *, script: str | None, right_to_left: bool) -> tuple[list[Placed], float]:
        """Return the glyphs of a text of one script and direction from left to right, and how far they reach."""
        from uharfbuzz import Buffer, shape

        buffer = Buffer()
        buffer.add_str(text)
        buffer.direction = "rtl" if right_to_left else "ltr"
        if script:
            buffer.script = script
        buffer.language = "und"  # or the locale of the machine would choose between forms
        shape(self._font, buffer)
        placed = []
        pen = 0
        for info, at in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
            placed.append(Placed(info.codepoint, (pen + at.x_offset) * self._em, -at.y_offset * self._em))
            pen += at.x_advance
        return placed, pen * self._em

    def glyph(self, number: int) -> Glyph:
        """Return a glyph of this font."""
        return _glyph(self, number)

    def drawn(self, number: int) -> Glyph:
        """Take a glyph out of the file."""
        box = self._font.get_glyph_extents(number)
        pen = _Pen(self._em)
        self._font.draw_glyph(number, _listening(), pen)
        if box is None or not pen.contours:
            return Glyph((), 0, 0, 0, 0)
        left, top = box.x_bearing * self._em, -box.y_bearing * self._em
        return Glyph(tuple(pen.contours), left, top, left + box.width * self._em, top - box.height * self._em)


@lru_cache(maxsize=GLYPHS_KEPT_MAX)
def _glyph(face: Face, number: int) -> Glyph:
    return face.drawn(number)


@lru_cache(maxsize=4_096)
def script_of(character: str) -> str | None:
    """Return the script of a character (ISO 15924, such as `Latn`), None for signs, digits and spaces."""
    from uharfbuzz import Buffer

    buffer = Buffer()
    buffer.add_str(character)
    buffer.guess_segment_properties()
    script: str | None = buffer.script
    return script


class _Pen:
    """Collects contours; quadratic curves become the cubic ones that run through the same points."""

    def __init__(self, em: float) -> None:
        self._em = em
        self._start: Point = 0, 0
        self._at: Point = 0, 0
        self._steps: list[Step] = []
        self.contours: list[Contour] = []

    def move(self, x: float, y: float) -> None:
        self._start = self._at = self._point(x, y)
        self._steps = []

    def line(self, x: float, y: float) -> None:
        self._at = self._point(x, y)
        self._steps.append(Line(*self._at))

    def quadratic(self, x1: float, y1: float, x: float, y: float) -> None:
        (from_x, from_y), (pull_x, pull_y), (to_x, to_y) = self._at, self._point(x1, y1), self._point(x, y)
        self._at = to_x, to_y
        self._steps.append(
            Curve(
                from_x + (pull_x - from_x) * 2 / 3,
                from_y + (pull_y - from_y) * 2 / 3,
                to_x + (pull_x - to_x) * 2 / 3,
                to_y + (pull_y - to_y) * 2 / 3,
                to_x,
                to_y,
            )
        )

    def cubic(self, x1: float, y1: float, x2: float, y2: float, x: float, y: float) -> None:
        self._at = self._point(x, y)
        self._steps.append(Curve(*self._point(x1, y1), *self._point(x2, y2), *self._at))

    def close(self) -> None:
        if self._steps and isinstance(self._steps[-1], Line) and self._at == self._start:
            self._steps.pop()  # a contour goes back to its start by itself
        if self._steps:
            self.contours.append(Contour(*self._start, tuple(self._steps)))

    def _point(self, x: float, y: float) -> Point:
        return x * self._em, -y * self._em


@lru_cache(maxsize=1)
def _listening() -> object:
    """Return what tells a pen, which HarfBuzz hands on as the last argument, each step of an outline."""
    from uharfbuzz import DrawFuncs

    def told(method: Callable[..., None]) -> Callable[..., None]:
        return lambda *arguments: method(arguments[-1], *arguments[:-1])

    funcs = DrawFuncs()
    funcs.set_move_to_func(told(_Pen.move))
    funcs.set_line_to_func(told(_Pen.line))
    funcs.set_quadratic_to_func(told(_Pen.quadratic))
    funcs.set_cubic_to_func(told(_Pen.cubic))
    funcs.set_close_path_func(told(_Pen.close))
    return funcs
