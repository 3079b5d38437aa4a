"""Artwork is measured exactly, and keeps its looks as a file."""

import io
import math
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from repoint.rendering import artwork_file, logo_import
from repoint.rendering.artwork import Drawing
from repoint.rendering.hulls import Circle, circle_around, hull_of
from repoint.rendering.scene import Linear, Radial, Solid
from repoint.rendering.subpaths import Point

GRADIENTS = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 60">
<linearGradient id="a"><stop stop-color="red"/><stop offset="1" stop-color="blue" stop-opacity=".5"/></linearGradient>
<radialGradient id="b"><stop/><stop offset="1" stop-color="gold"/></radialGradient>
<path d="M0 0h90v60H0z" fill="url(#a)"/><circle cx="45" cy="30" r="20" fill="url(#b)"/>
<path d="M5 5c9 20 30 30 40 0" stroke="#12345678" fill="none" stroke-width="3"/></svg>"""

points = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=3, max_size=12)


@given(points)
def test_the_hull_goes_around_all_points(given_points: list[Point]) -> None:
    """It turns right at every corner, holds every point, and its corners are some of them."""
    hull = hull_of(given_points)
    assert set(hull) <= set(given_points)
    for (x1, y1), (x2, y2) in zip(hull, [*hull[1:], *hull[:1]], strict=True):
        assert all((x2 - x1) * (y - y1) - (y2 - y1) * (x - x1) >= 0 for x, y in given_points)


@given(points)
def test_the_circle_is_the_smallest(given_points: list[Point]) -> None:
    """It holds every point, and no circle through two or three of them that does is smaller."""
    hull = hull_of(given_points)
    if len(hull) < 2:
        return
    circle = circle_around(hull)
    assert all(math.dist(point, (circle.x, circle.y)) <= circle.radius + 1e-6 for point in given_points)
    smallest = min((each.radius for each in every_circle(hull) if each.holds(hull)), default=circle.radius)
    assert circle.radius == pytest.approx(smallest)


def every_circle(hull: tuple[Point, ...]) -> list[Circle]:
    """Return all circles with two points as a diameter or through three."""
    found = [
        Circle((ax + bx) / 2, (ay + by) / 2, math.dist((ax, ay), (bx, by)) / 2)
        for (ax, ay), (bx, by) in combinations(hull, 2)
    ]
    for (ax, ay), (bx, by), (cx, cy) in combinations(hull, 3):
        d = 2 * (ax * (by - cy) + bx * (cy - ay) + cx * (ay - by))
        if d:
            x = ((ax**2 + ay**2) * (by - cy) + (bx**2 + by**2) * (cy - ay) + (cx**2 + cy**2) * (ay - by)) / d
            y = ((ax**2 + ay**2) * (cx - bx) + (bx**2 + by**2) * (ax - cx) + (cx**2 + cy**2) * (bx - ax)) / d
            found.append(Circle(x, y, math.dist((x, y), (ax, ay))))
    return found


def test_a_drawing_is_kept_as_our_own_svg() -> None:
    """What was read, written and read again has the same paints, the same size and nearly the same hull."""
    first = logo_import.read(GRADIENTS)
    media_type, body = artwork_file.write(first)
    again = logo_import.read(body)
    assert media_type == "image/svg+xml"
    assert isinstance(first, Drawing)
    assert isinstance(again, Drawing)
    assert [type(fill.paint) for fill in again.fills] == [Linear, Radial, Solid]
    assert again.fills[2].paint == first.fills[2].paint
    assert (again.width, again.height) == pytest.approx((first.width, first.height), abs=1e-4)
    for fill, before in zip(again.fills, first.fills, strict=True):
        for contour, contour_before in zip(fill.path, before.path, strict=True):
            assert (contour.x, contour.y) == pytest.approx((contour_before.x, contour_before.y), abs=1e-4)
    assert artwork_file.write(again)[1] == body


def test_pixels_are_kept_as_png() -> None:
    """Pixels come back bit by bit."""
    file = io.BytesIO()
    Image.effect_noise((60, 40), 90).convert("RGB").save(file, "JPEG")
    first = logo_import.read(file.getvalue())
    media_type, body = artwork_file.write(first)
    assert media_type == "image/png"
    assert logo_import.read(body) == first
