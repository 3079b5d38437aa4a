"""Strokes as outlines to fill (SVG 2 section 13.4)."""

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from repoint.rendering.scene import Curve, Line
from repoint.rendering.subpaths import Point, Subpath, along, polygon
from repoint.rendering.svg_import.paths import Budget, arc

Cap = Literal["butt", "round", "square"]
Join = Literal["miter", "round", "bevel"]

_NEAR = 1e-9
_STRAIGHT = 0.995  # the cosine of a turn that needs no join


@dataclass(frozen=True, slots=True)
class Stroke:
    """How a line is drawn: `tolerance` is how far its outline may be from the true one."""

    width: float
    cap: Cap
    join: Join
    miter_limit: float
    tolerance: float


def outlines(subpath: Subpath, stroke: Stroke, budget: Budget) -> list[Subpath]:
    """Return closed lines that cover the stroke when they are filled together by the nonzero rule."""
    line, corners = _vertices(subpath, stroke.tolerance)
    budget.spend(len(line))
    closed = subpath.closed
    if closed and len(line) > 1 and math.dist(line[0], line[-1]) < _NEAR:
        line.pop()
        corners.pop()
    if len(line) < 2:
        return _dot(line[0], stroke)
    back, back_corners = line[::-1], corners[::-1]
    if closed and len(line) > 2:
        return [_loop(line, corners, stroke), _loop(back, back_corners, stroke)]
    start, there = _side(line, corners, stroke)
    turn, home = _side(back, back_corners, stroke)
    steps = (*there, *_cap(line[-1], turn, stroke), *home, *_cap(line[0], start, stroke))
    return [Subpath(*start, steps, closed=True)]


def _vertices(subpath: Subpath, tolerance: float) -> tuple[list[Point], list[bool]]:
    """Return the points of a flattened line, none twice in a row, and which of them are corners."""
    line, corners = [(subpath.x, subpath.y)], [True]
    for step in subpath.steps:
        points = [(step.x, step.y)] if isinstance(step, Line) else list(along(line[-1], step, tolerance))
        for number, point in enumerate(points, 1):
            if math.dist(point, line[-1]) > _NEAR:
                line.append(point)
                corners.append(number == len(points))
            elif number == len(points):
                corners[-1] = True
    return line, corners


def _loop(line: list[Point], corners: list[bool], stroke: Stroke) -> Subpath:
    """Return one side of a closed line."""
    # The walk begins one segment early, for the join at the first corner; that segment itself is not part of it.
    _, steps = _side([line[-1], *line, line[0]], [True, *corners, True], stroke)
    first = steps[0]
    return Subpath(first.x, first.y, tuple(steps[1:]), closed=True)


def _side(line: list[Point], corners: list[bool], stroke: Stroke) -> tuple[Point, list[Line | Curve]]:
    """Walk along the left of a line at half the width; return where the walk starts, and its steps."""
    half = stroke.width / 2
    ways = [_way(begin, end) for begin, end in pairwise(line)]
    x, y = line[0]
    dx, dy = ways[0]
    start = x + dy * half, y - dx * half
    steps: list[Line | Curve] = []
    for at, way in enumerate(ways):
        x, y = line[at + 1]
        dx, dy = way
        steps.append(Line(x + dy * half, y - dx * half))
        if at + 1 < len(ways):
            tight = min(math.dist(line[at], line[at + 1]), math.dist(line[at + 1], line[at + 2])) < stroke.width
            steps += _join((x, y), way, ways[at + 1], stroke, corner=corners[at + 1], tight=tight)
    return start, steps


def _join(at: Point, way: Point, onward: Point, stroke: Stroke, *, corner: bool, tight: bool) -> list[Line | Curve]:
    """Return the steps on the left side of a vertex, from the end of one segment to the start of the next."""
    half = stroke.width / 2
    x, y = at
    begin = x + way[1] * half, y - way[0] * half
    end = x + onward[1] * half, y - onward[0] * half
    turn = way[0] * onward[1] - way[1] * onward[0]  # positive when the line turns right, away from this side
    straight = way[0] * onward[0] + way[1] * onward[1]
    corner = corner and straight < _STRAIGHT
    if turn < 0 or (abs(turn) < _NEAR and straight > 0):
        # On the inner side the way leads through the vertex, so that nothing outside the stroke is enclosed.
        return [Line(x, y), Line(*end)] if turn < 0 and (corner or tight) else [Line(*end)]
    if not corner or stroke.join == "bevel":
        return [Line(*end)]
    if stroke.join == "round":
        return list(arc(begin, end, (half, half), 0, large=False, sweep=True))
    # A mitre is 1 / cos(half the turn) half widths long (SVG 2 section 13.5.6).
    cos_half = math.sqrt(max((1 + straight) / 2, 0))
    if cos_half * stroke.miter_limit < 1:
        return [Line(*end)]
    reach = half / (cos_half * cos_half * 2)
    tip = x + (way[1] + onward[1]) * reach, y - (way[0] + onward[0]) * reach
    return [Line(*tip), Line(*end)]


def _cap(at: Point, end: Point, stroke: Stroke) -> list[Line | Curve]:
    """Return the steps around an end of a line to the side it is left on."""
    x, y = at
    out_x, out_y = end[0] - x, end[1] - y  # half a width to the left of the way back
    begin = x - out_x, y - out_y
    match stroke.cap:
        case "butt":
            return [Line(*end)]
        case "round":
            # Half a turn in two quarters: which half would not be certain otherwise.
            ahead = x + out_y, y - out_x
            radii = stroke.width / 2, stroke.width / 2
            return [
                *arc(begin, ahead, radii, 0, large=False, sweep=True),
                *arc(ahead, end, radii, 0, large=False, sweep=True),
            ]
        case "square":
            forward_x, forward_y = out_y, -out_x
            return [
                Line(begin[0] + forward_x, begin[1] + forward_y),
                Line(end[0] + forward_x, end[1] + forward_y),
                Line(*end),
            ]


def _dot(at: Point, stroke: Stroke) -> list[Subpath]:
    """Return what a line of no length draws: nothing when its ends are cut off."""
    x, y = at
    half = stroke.width / 2
    match stroke.cap:
        case "butt":
            return []
        case "round":
            radii = half, half
            there = arc((x - half, y), (x + half, y), radii, 0, large=False, sweep=True)
            back = arc((x + half, y), (x - half, y), radii, 0, large=False, sweep=True)
            return [Subpath(x - half, y, (*there, *back), closed=True)]
        case "square":
            corners = ((-half, -half), (half, -half), (half, half), (-half, half))
            return [polygon((x + dx, y + dy) for dx, dy in corners)]


def _way(begin: Point, end: Point) -> Point:
    """Return the direction from one point to another, of length 1."""
    distance = math.dist(begin, end)
    return (end[0] - begin[0]) / distance, (end[1] - begin[1]) / distance
