"""Uploaded SVG as filled paths of our own.

What comes out is a Drawing: nothing of the file itself is kept, and no other program reads it. Strokes become outlines,
even-odd fills become nonzero ones, groups and copies are resolved, what lies outside the view is cut off.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import cast

from repoint.rendering import affine
from repoint.rendering.affine import Affine
from repoint.rendering.artwork import Drawing, Piece, assembled
from repoint.rendering.errors import BadLogo
from repoint.rendering.scene import Paint, Solid
from repoint.rendering.subpaths import Box, Subpath, bounds, cut, flattened, moved, polygon, reaches
from repoint.rendering.svg_import import document, shapes
from repoint.rendering.svg_import.css import Declarations, Sheet
from repoint.rendering.svg_import.document import DEPTH_MAX, DRAWN, ELEMENTS_MAX, Element
from repoint.rendering.svg_import.paint import Gradients, color, local_name, opacity
from repoint.rendering.svg_import.paths import Budget
from repoint.rendering.svg_import.strokes import Cap, Join, Stroke, outlines
from repoint.rendering.svg_import.winding import nonzero

FINENESS = 4_000  # the longer side of the view, in the distance that a flattened curve may be off

_HANDED_DOWN = frozenset(
    (
        *("fill", "fill-rule", "fill-opacity", "color", "visibility", "stroke", "stroke-width", "stroke-opacity"),
        *("stroke-linecap", "stroke-linejoin", "stroke-miterlimit", "stroke-dasharray"),
    )
)


@dataclass(frozen=True, slots=True)
class _Around:
    """What an element has from the elements around it."""

    placed: Affine
    style: Mapping[str, str]
    alpha: float
    clip: Box | None
    depth: int


def read(body: bytes) -> Drawing:
    """Return the drawing in an SVG file, trimmed to what is drawn; BadLogo says what is not allowed and why."""
    root = document.read(body)
    view = _view(root.attributes)
    return assembled(_Walk(root, view).pieces(), tolerance=_tolerance(view))


def _tolerance(view: Box | None) -> float:
    return max(view.width, view.height) / FINENESS if view else 0.02


def _view(attributes: Mapping[str, str]) -> Box | None:
    """Return what is seen of the drawing: its view box, or its size in pixels, or everything."""
    if "viewBox" in attributes:
        words = attributes["viewBox"].replace(",", " ").split()
        if len(words) != 4:
            raise BadLogo("holds a 'viewBox' that is not four numbers")
        left, top, width, height = (shapes.measure(word, "viewBox") for word in words)
    elif "width" in attributes and "height" in attributes and "%" not in attributes["width"] + attributes["height"]:
        left, top = 0.0, 0.0
        width, height = (shapes.length(attributes, name) for name in ("width", "height"))
    else:
        return None
    if not (width >= 1e-3 and height >= 1e-3):
        raise BadLogo("has a view of no size")
    return Box(left, top, left + width, top + height)


class _Walk:
    """Goes through the elements of a document in drawing order."""

    def __init__(self, root: Element, view: Box | None) -> None:
        self._root = root
        self._view = view
        self._names: dict[str, Element] = {}
        sheets = []
        for element in _all(root):
            self._names.setdefault(element.attributes.get("id", ""), element)
            if element.name == "style":
                sheets.append(element.text)
        self._sheet = Sheet(sheets)
        self._gradients = Gradients(self._names, self._sheet, view)
        self._budget = Budget()
        self._elements = 0

    def pieces(self) -> Iterator[Piece]:
        """Yield every filled path and every outlined stroke."""
        yield from self._element(self._root, _Around(Affine(), {}, 1, self._view, 0))

    def _element(self, element: Element, around: _Around) -> Iterator[Piece]:
        self._elements += 1
        if self._elements > ELEMENTS_MAX:
            raise BadLogo(f"draws more than {ELEMENTS_MAX:,} elements, copies by <use> included")
        if around.depth > DEPTH_MAX:
            raise BadLogo(f"nests <{element.name}> deeper than {DEPTH_MAX} levels, copies by <use> included")
        told = self._sheet.style_of(element.name, element.attributes)
        if told.get("display") == "none":
            return
        inside = self._inside(element, told, around)
        if element.name in ("svg", "g"):
            for child in element.children:
                yield from self._element(child, inside)
        elif element.name == "use":
            yield from self._copy(element, inside)
        elif element.name in DRAWN and inside.style.get("visibility", "visible") == "visible":
            yield from self._drawn(element, inside)

    def _inside(self, element: Element, told: Declarations, around: _Around) -> _Around:
        placed = around.placed
        if "transform" in told and told["transform"] != "none":
            placed = placed.after(affine.parse(told["transform"]))
            # Written so that NaN, which compares as false, is refused.
            if not all(abs(number) <= affine.NUMBER_MAX for number in placed):
                raise BadLogo(f"transforms <{element.name}> beyond {affine.NUMBER_MAX:,.0f}")
        handed = {name: value for name, value in told.items() if name in _HANDED_DOWN and value != "inherit"}
        inside = _Around(
            placed,
            {**around.style, **handed},
            around.alpha * opacity(told.get("opacity", "1"), "opacity"),
            around.clip,
            around.depth + 1,
        )
        if told.get("clip-path", "none") == "none":
            return inside
        return replace(inside, clip=self._clip(told["clip-path"], element.name, inside))

    def _copy(self, element: Element, inside: _Around) -> Iterator[Piece]:
        name = element.attributes.get("href", "")[1:]
        source = self._names.get(name)
        if source is None:
            raise BadLogo(f"copies {name[:40]!r} by <use>, which is not in the file")
        if "viewBox" in source.attributes or source.name == "svg":
            raise BadLogo(f"copies {name[:40]!r} by <use>, which has a view of its own; expand it into paths")
        at = Affine(e=shapes.length(element.attributes, "x"), f=shapes.length(element.attributes, "y"))
        inside = replace(inside, placed=inside.placed.after(at))
        if source.name == "symbol":
            source = replace(source, name="g")
        yield from self._element(source, inside)

    def _clip(self, value: str, name: str, inside: _Around) -> Box:
        """Return the part of the view that a clip leaves; BadLogo when that is not an upright rectangle."""
        remedy = BadLogo(f"clips <{name}> with something else than an upright rectangle; cut the paths themselves")
        found = local_name(value)
        source = self._names.get(found[0]) if found else None
        if source is None or source.name != "clipPath" or len(source.children) != 1:
            raise remedy
        (child,) = source.children
        if source.attributes.get("clipPathUnits", "userSpaceOnUse") != "userSpaceOnUse" or child.name not in DRAWN:
            raise remedy
        placed = inside.placed
        for each in (source, child):
            placed = placed.after(affine.parse(each.attributes.get("transform", "")))
        subpaths = shapes.outline(child, self._budget)
        if len(subpaths) != 1:
            raise remedy
        points = flattened(moved(subpaths[0], placed), _tolerance(self._view))
        box = cast("Box", bounds(points))
        slack = _tolerance(self._view)
        on_corner = (
            min(abs(x - box.left), abs(x - box.right)) < slack and min(abs(y - box.top), abs(y - box.bottom)) < slack
            for x, y in points
        )
        if not all(on_corner):
            raise remedy
        left, top, right, bottom = inside.clip or box
        return Box(max(box.left, left), max(box.top, top), min(box.right, right), min(box.bottom, bottom))

    def _drawn(self, element: Element, inside: _Around) -> Iterator[Piece]:
        subpaths = shapes.outline(element, self._budget)
        scale = (abs(inside.placed.a * inside.placed.d - inside.placed.b * inside.placed.c)) ** 0.5
        if not subpaths or not scale:
            return
        style = inside.style
        fine = _tolerance(self._view) / scale
        fill = self._paint("fill", "black", inside, subpaths) if element.name != "line" else None
        if fill:
            filled = nonzero(subpaths, fine) if style.get("fill-rule") == "evenodd" else subpaths
            yield from self._seen(fill, filled, inside)
        ink = self._paint("stroke", "none", inside, subpaths)
        width = shapes.measure(style.get("stroke-width", "1"), "stroke-width")
        if ink and width > 0:
            stroke = _stroke(style, width, fine)
            covered = tuple(each for subpath in subpaths for each in outlines(subpath, stroke, self._budget))
            yield from self._seen(ink, covered, inside)

    def _paint(self, name: str, default: str, inside: _Around, subpaths: tuple[Subpath, ...]) -> Paint | None:
        wanted = inside.style.get(name, default)
        current = inside.style.get("color", "black")
        alpha = inside.alpha * opacity(inside.style.get(f"{name}-opacity", "1"), f"{name}-opacity")
        local = local_name(wanted)
        if local:
            scale = max(map(abs, inside.placed[:4]))
            points = (point for subpath in subpaths for point in flattened(subpath, _tolerance(self._view) / scale))
            box = cast("Box", bounds(points))
            return self._gradients.paint(local[0], box, inside.placed, current=current, alpha=alpha)
        shown = color(wanted, current=current, alpha=alpha)
        return Solid(shown) if shown else None

    def _seen(self, paint: Paint, subpaths: tuple[Subpath, ...], inside: _Around) -> Iterator[Piece]:
        """Yield what a clip and the view leave of a path."""
        placed = tuple(moved(subpath, inside.placed) for subpath in subpaths)
        fine = _tolerance(self._view)
        clip = inside.clip
        box = bounds(point for subpath in placed for point in reaches(subpath))
        if clip and box and not clip.holds(box, slack=fine):
            inners = (cut(flattened(subpath, fine), clip) for subpath in placed)
            placed = tuple(polygon(inner) for inner in inners if len(inner) > 2)
        if placed:
            yield Piece(paint, placed)


def _stroke(style: Mapping[str, str], width: float, fine: float) -> Stroke:
    if style.get("stroke-dasharray", "none") != "none":
        raise BadLogo("holds a dashed stroke; convert strokes to outlines")
    cap, join = style.get("stroke-linecap", "butt"), style.get("stroke-linejoin", "miter")
    if cap not in ("butt", "round", "square") or join not in ("miter", "round", "bevel"):
        raise BadLogo(f"holds the stroke ends {cap[:20]!r} and joins {join[:20]!r}; convert strokes to outlines")
    limit = shapes.measure(style.get("stroke-miterlimit", "4"), "stroke-miterlimit")
    return Stroke(width, cast("Cap", cap), cast("Join", join), limit, fine)


def _all(root: Element) -> Iterator[Element]:
    waiting = [root]
    while waiting:
        element = waiting.pop()
        yield element
        waiting += reversed(element.children)
