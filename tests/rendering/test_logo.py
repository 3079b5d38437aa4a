"""A logo stands in the middle, clears whole modules, and leaves even room around itself."""

import io
import math
from collections.abc import Callable
from itertools import product
from typing import Any, get_args

import pytest
from PIL import Image
from pydantic import ValidationError

from repoint.rendering import Design, logo_import, logos
from repoint.rendering.artwork import Artwork
from repoint.rendering.draw import symbol_layers
from repoint.rendering.emit.png import to_png
from repoint.rendering.errors import Unrenderable
from repoint.rendering.logo import Logo, Plate, layers, place
from repoint.rendering.logo_fit import fit
from repoint.rendering.scene import Bitmap, Fill, Linear, Scene, Solid, Stop

TEXT = "https://example.com/r/aB3xK9z"
GROUND = Solid("#FFFFFF")

WIDE = b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h60v20H0z"/></svg>'
SQUARE = b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h20v20H0z"/></svg>'
ROUND = b'<svg xmlns="http://www.w3.org/2000/svg"><circle r="9"/></svg>'


def artwork(body: bytes = SQUARE) -> Artwork:
    """Return an uploaded logo."""
    return logo_import.read(body)


def photo() -> Artwork:
    """Return an uploaded picture."""
    file = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").save(file, "PNG")
    return logo_import.read(file.getvalue())


def picture(logo: Logo, art: Artwork, text: str = TEXT) -> Image.Image:
    """Return a finished symbol with its logo."""
    fitted = fit(text, logo, art)
    side = fitted.symbol.size + 8
    under = symbol_layers(fitted.symbol, Design(), x=4, y=4, cleared=fitted.placement.cleared)
    scene = Scene(side, side, GROUND, (*under, *layers(fitted.placement, logo, x=4, y=4, ground=GROUND)))
    return Image.open(io.BytesIO(to_png(scene, width_px=400, dpi=None)))


@pytest.mark.parametrize("plate", get_args(Plate))
@pytest.mark.parametrize("body", [WIDE, SQUARE, ROUND], ids=["wide", "square", "round"])
def test_clears_evenly_around_the_middle(plate: Plate, body: bytes) -> None:
    """What is cleared looks the same from all four sides, and is an odd number of modules long."""
    size = 33
    cleared = place(artwork(body), Logo(plate=plate), symbol_size=size).cleared
    assert {(size - 1 - x, y) for x, y in cleared} == cleared
    assert {(x, size - 1 - y) for x, y in cleared} == cleared
    xs = {x for x, _ in cleared}
    assert len(xs) == 9
    assert (size // 2, size // 2) in cleared


@pytest.mark.parametrize(("plate", "modules"), [("square", 81), ("rounded", 81), ("circle", 69), ("none", 81)])
def test_clears_no_more_than_the_plate_covers(plate: Plate, modules: int) -> None:
    """A square plate of nine modules clears 81; a round one leaves the modules in its corners."""
    assert len(place(artwork(), Logo(plate=plate), symbol_size=33).cleared) == modules


def test_follows_the_outline_without_a_plate() -> None:
    """A round logo without a plate clears a disc, a wide one a bar."""
    disc = place(artwork(ROUND), Logo(), symbol_size=33).cleared
    bar = place(artwork(WIDE), Logo(), symbol_size=33).cleared
    assert len(disc) < 75
    assert {y for _, y in bar} == {14, 15, 16, 17, 18}


@pytest.mark.parametrize("plate", ["square", "rounded", "circle"])
@pytest.mark.parametrize("color", [None, "#000000"])
@pytest.mark.parametrize("name", logos.names())
def test_every_logo_keeps_its_padding(name: str, plate: Plate, color: str | None) -> None:
    """No point of a logo comes nearer to the edge of its plate than the padding, and some point comes as near."""
    logo = Logo(name=name, plate=plate, plate_color=color, padding=0.75)
    placed = place(logos.load(name, color=None, ink="#000000"), logo, symbol_size=37)
    hull = [(placed.x + x * placed.side - 18.5, placed.y + y * placed.side - 18.5) for x, y in placed.artwork.hull]
    half_width = len({x for x, _ in placed.cleared}) / 2
    half_height = len({y for _, y in placed.cleared}) / 2
    gap = 0.4 if color else 0
    if plate == "circle":
        nearest = half_width - max(math.hypot(x, y) for x, y in hull)
    else:
        nearest = min(min(half_width - abs(x), half_height - abs(y)) for x, y in hull)
    assert nearest - gap >= 0.75 - 1e-6
    if plate != "rounded":
        assert nearest - gap == pytest.approx(0.75, abs=0.01)


def test_layers_are_the_plate_then_the_logo() -> None:
    """A plate takes its own colour or that of the ground; pixels stay pixels, paths stay paths."""
    paths = place(artwork(), Logo(plate="rounded"), symbol_size=33)
    for ground in (Solid("#FAFAFA"), Linear(0, 0, 41, 0, (Stop(0, "#FAFAFA"), Stop(1, "#EEEEEE")))):
        plate, drawn = layers(paths, Logo(plate="rounded"), x=4, y=4, ground=ground)
        assert isinstance(plate, Fill)
        assert isinstance(drawn, Fill)
        assert plate.paint == ground

    logo = Logo(plate="circle", plate_color="navy")
    plate, drawn = layers(place(photo(), logo, symbol_size=33), logo, x=4, y=4, ground=GROUND)
    assert isinstance(plate, Fill)
    assert isinstance(drawn, Bitmap)
    assert plate.paint == Solid("#000080")
    assert drawn.x + drawn.width / 2 == drawn.y + drawn.height / 2 == pytest.approx(4 + 16.5)

    (alone,) = layers(place(photo(), Logo(), symbol_size=33), Logo(), x=0, y=0, ground=GROUND)
    assert isinstance(alone, Bitmap)


def test_padding_must_leave_something() -> None:
    """Padding that eats the logo is refused with the padding that would do."""
    logo = Logo(size=0.1, padding=3)
    with pytest.raises(Unrenderable) as error:
        place(artwork(), logo, symbol_size=33)
    assert (error.value.field, error.value.reason) == ("design.logo.padding", "must be at most 2 at this size")
    place(artwork(), Logo(size=0.1, padding=2), symbol_size=33)


@pytest.mark.parametrize(
    ("plate", "size", "text"), list(product(get_args(Plate), (0.15, 0.3, 0.4), (TEXT, "7" * 30, "ü" * 200)))
)
def test_every_size_scans(decode: Callable[[Image.Image], str | None], plate: Plate, size: float, text: str) -> None:
    """What the budget allows decodes, from small to the largest size, also on a dark plate."""
    logo = Logo(plate=plate, size=size, plate_color=None if plate == "none" else "#000000")
    assert decode(picture(logo, photo(), text)) == text


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"name": "watsapp"}, "did you mean 'whatsapp'?"),
        ({"name": "wifi", "image": "a"}, "give one of them"),
        ({"size": 0.5}, "less than or equal to 0.4"),
        ({"padding": float("nan")}, "finite number"),
        ({"plate": "star"}, "'none', 'square', 'rounded' or 'circle'"),
        ({"plate_color": "no"}, "not known"),
        ({"shadow": True}, "not permitted"),
    ],
)
def test_fields_are_checked(fields: dict[str, Any], named: str) -> None:
    """Unknown names and values out of range are refused."""
    with pytest.raises(ValidationError) as error:
        Logo(**fields)
    assert named in str(error.value)
