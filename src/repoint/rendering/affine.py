"""Affine transforms, and the spelling SVG has for them."""

import math
import re
from typing import NamedTuple

from repoint.rendering.artwork import BadLogo

STEPS_MAX = 100  # of one transform attribute

_STEP = re.compile(r"[\s,]*([A-Za-z]+)\s*\(([^()]*)\)[\s,]*")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")


class Affine(NamedTuple):
    """Sends (x, y) to (a x + c y + e, b x + d y + f)."""

    a: float = 1
    b: float = 0
    c: float = 0
    d: float = 1
    e: float = 0
    f: float = 0

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point goes."""
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def after(self, first: "Affine") -> "Affine":
        """Return the transform that does `first` and then this one."""
        a, b, c, d, e, f = first
        return Affine(
            self.a * a + self.c * b,
            self.b * a + self.d * b,
            self.a * c + self.c * d,
            self.b * c + self.d * d,
            *self.at(e, f),
        )

    def area(self) -> float:
        """Return what a unit square grows to; negative when the transform turns it over."""
        return self.a * self.d - self.b * self.c

    def keeps_circles(self) -> bool:
        """Say whether circles stay circles: no shear, the same scale in both directions."""
        scale = abs(self.area())
        return math.isclose(self.a * self.a + self.b * self.b, scale, rel_tol=1e-6, abs_tol=1e-12) and math.isclose(
            self.c * self.c + self.d * self.d, scale, rel_tol=1e-6, abs_tol=1e-12
        )


def parse(text: str) -> Affine:
    """Return the transform an SVG `transform` attribute says (SVG 2 section 8.5); BadLogo when it is not one."""
    result = Affine()
    at = steps = 0
    text = text.strip()
    while at < len(text):
        found = _STEP.match(text, at)
        steps += 1
        if not found or steps > STEPS_MAX:
            raise BadLogo(f"holds the transform {text[:40]!r}, which cannot be read")
        result = result.after(_step(found[1], [float(number) for number in _NUMBER.findall(found[2])]))
        at = found.end()
    return result


def _step(name: str, numbers: list[float]) -> Affine:
    if all(map(math.isfinite, numbers)):
        match name, numbers:
            case "matrix", [a, b, c, d, e, f]:
                return Affine(a, b, c, d, e, f)
            case "translate", [x, *rest] if len(rest) <= 1:
                return Affine(e=x, f=rest[0] if rest else 0)
            case "scale", [x, *rest] if len(rest) <= 1:
                return Affine(a=x, d=rest[0] if rest else x)
            case "rotate", [degrees]:
                return _turn(degrees)
            case "rotate", [degrees, x, y]:
                return Affine(e=x, f=y).after(_turn(degrees)).after(Affine(e=-x, f=-y))
            case "skewX", [degrees]:
                return Affine(c=math.tan(math.radians(degrees)))
            case "skewY", [degrees]:
                return Affine(b=math.tan(math.radians(degrees)))
    raise BadLogo(f"holds the transform {name[:40]!r} with {len(numbers)} numbers, which cannot be read")


def _turn(degrees: float) -> Affine:
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return Affine(cos, sin, -sin, cos)
