"""Affine transforms, and the spelling SVG has for them."""

import math
import re
from typing import NamedTuple

from repoint.rendering.errors import BadLogo

STEPS_MAX = 100  # of one transform attribute
NUMBER_MAX = 1e7

_STEP = re.compile(r"[\s,]*([A-Za-z]+)\s*\(([^()]*)\)[\s,]*")
_NUMBER = re.compile(r"[\s,]*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?:px|deg)?[\s,]*")


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
        if _NUMBER.sub("", found[2]):
            raise BadLogo(f"holds the transform {found[0][:40]!r}, which is not in plain numbers")
        result = result.after(_step(found[1], [float(number) for number in _NUMBER.findall(found[2])]))
        at = found.end()
    return result


def _step(name: str, numbers: list[float]) -> Affine:
    match name, numbers:
        case "matrix", [a, b, c, d, e, f]:
            step = Affine(a, b, c, d, e, f)
        case "translate", [x, *rest] if len(rest) <= 1:
            step = Affine(e=x, f=rest[0] if rest else 0)
        case "scale", [x, *rest] if len(rest) <= 1:
            step = Affine(a=x, d=rest[0] if rest else x)
        case "rotate", [degrees]:
            step = _turn(degrees)
        case "rotate", [degrees, x, y]:
            step = Affine(e=x, f=y).after(_turn(degrees)).after(Affine(e=-x, f=-y))
        case "skewX", [degrees]:
            step = Affine(c=math.tan(math.radians(degrees)))
        case "skewY", [degrees]:
            step = Affine(b=math.tan(math.radians(degrees)))
        case _:
            raise BadLogo(f"holds the transform {name[:40]!r} with {len(numbers)} numbers, which cannot be read")
    # Written so that NaN, which compares as false, is refused.
    if not all(abs(number) <= NUMBER_MAX for number in step):
        raise BadLogo(f"holds the transform {name[:40]!r} with a number above {NUMBER_MAX:,.0f}")
    return step


def _turn(degrees: float) -> Affine:
    if not math.isfinite(degrees):
        raise BadLogo("holds a transform that turns by no finite angle")
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return Affine(cos, sin, -sin, cos)
