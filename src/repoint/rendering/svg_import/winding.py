"""Even-odd fills as nonzero ones."""

from collections.abc import Sequence
from itertools import pairwise

from repoint.rendering.errors import BadLogo
from repoint.rendering.scene import Curve, Line
from repoint.rendering.subpaths import Box, Point, Subpath, bounds, flattened

# Comparing every outline with every other one takes time; 4 million edges take about a second.
COMPARISONS_MAX = 4_000_000
ROWS = 64  # that the result is compared with the original in
DIFFERENCE_MAX = 0.002  # of the width of a row, which is what flattening may change

Edge = tuple[float, float, float, float]


def nonzero(subpaths: tuple[Subpath, ...], tolerance: float) -> tuple[Subpath, ...]:
    """Return subpaths that the nonzero rule fills like the even-odd rule fills the given ones.

    An outline inside an odd number of others is a hole and runs the other way round. BadLogo when outlines cross each
    other so that no direction of them gives the same picture.
    """
    points = [flattened(subpath, tolerance) for subpath in subpaths]
    if len(subpaths) * sum(map(len, points)) > COMPARISONS_MAX:
        raise BadLogo("holds an even-odd path of too many outlines; export it with the nonzero rule")
    turned = []
    edges = [_edges([outline]) for outline in points]
    for number, (subpath, outline) in enumerate(zip(subpaths, points, strict=True)):
        depth = sum(_inside(outline, other) for at, other in enumerate(edges) if at != number)
        turned.append(reverse(subpath) if (_area(outline) > 0) == bool(depth % 2) else subpath)
    _compare(points, [flattened(subpath, tolerance) for subpath in turned])
    return tuple(turned)


def reverse(subpath: Subpath) -> Subpath:
    """Return the same line walked from its end to its start."""
    ends = [(subpath.x, subpath.y), *((step.x, step.y) for step in subpath.steps)]
    steps: list[Line | Curve] = []
    for step, (x, y) in zip(reversed(subpath.steps), reversed(ends[:-1]), strict=True):
        steps.append(Line(x, y) if isinstance(step, Line) else Curve(step.x2, step.y2, step.x1, step.y1, x, y))
    return Subpath(*ends[-1], tuple(steps), subpath.closed)


def _area(outline: list[Point]) -> float:
    """Return twice the area inside an outline; positive when it runs clockwise on the screen."""
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise([*outline, outline[0]]))


def _inside(outline: list[Point], other: list[Edge]) -> bool:
    """Say whether the middle of the first edge lies inside another outline, of these edges."""
    (x1, y1), (x2, y2) = outline[0], outline[1 % len(outline)]
    x, y = (x1 + x2) / 2, (y1 + y2) / 2
    return sum(at > x for at, _ in _crossings(other, y)) % 2 == 1


def _edges(outlines: Sequence[list[Point]]) -> list[Edge]:
    return [(*begin, *end) for outline in outlines for begin, end in pairwise([*outline, outline[0]])]


def _crossings(edges: list[Edge], y: float) -> list[tuple[float, int]]:
    """Return where a level line meets edges, from the left, and whether they go down (1) or up (-1) there."""
    return sorted(
        (x1 + (y - y1) / (y2 - y1) * (x2 - x1), 1 if y2 > y1 else -1)
        for x1, y1, x2, y2 in edges
        if (y1 <= y) != (y2 <= y)
    )


def _compare(before: list[list[Point]], after: list[list[Point]]) -> None:
    box = bounds(point for outline in before for point in outline)
    if box is None:
        return
    even_odd, wound = _in_rows(_edges(before), box), _in_rows(_edges(after), box)
    for row, y in enumerate(_levels(box)):
        covered = _covered(_crossings(even_odd[row], y), even_odd=True)
        now = _covered(_crossings(wound[row], y), even_odd=False)
        if abs(covered - now) > DIFFERENCE_MAX * box.width:
            raise BadLogo("holds an even-odd path whose outlines cross each other; unite them before the export")


def _levels(box: Box) -> list[float]:
    return [box.top + box.height * (row + 0.5) / ROWS for row in range(ROWS)]


def _in_rows(edges: list[Edge], box: Box) -> list[list[Edge]]:
    """Return the edges that each level line may meet."""
    rows: list[list[Edge]] = [[] for _ in range(ROWS)]
    scale = ROWS / box.height if box.height else 0
    for edge in edges:
        low, high = sorted((edge[1], edge[3]))
        for row in range(max(int((low - box.top) * scale) - 1, 0), min(int((high - box.top) * scale) + 1, ROWS)):
            rows[row].append(edge)
    return rows


def _covered(crossings: list[tuple[float, int]], *, even_odd: bool) -> float:
    """Return how much of a level line is filled."""
    length, winding = 0.0, 0
    for (x, way), (onward, _) in pairwise(crossings):
        winding += way
        if winding % 2 if even_odd else winding:
            length += onward - x
    return length
