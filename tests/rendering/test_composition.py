"""A composition is background, frame, modules and logo, and says what it knows about them."""

import io
from typing import Any, get_args

import pytest
from PIL import Image

from repoint.rendering import BadDesign, Unrenderable, compose_text, draw, logo_import, parse, picture, terminal
from repoint.rendering.artwork import Artwork
from repoint.rendering.damage import assess
from repoint.rendering.design import ModuleShape
from repoint.rendering.draw import symbol_of
from repoint.rendering.emit.svg import to_svg
from repoint.rendering.frames import STYLES
from repoint.rendering.scene import Bitmap, Fill, Linear, Solid

TEXT = "https://repoint.example/r/aB3xK9z"
LOGO = {"name": "wifi", "size": 0.25}

SVG_BYTES_MAX = 15_000


def photo() -> Artwork:
    """Return an uploaded picture."""
    file = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").save(file, "PNG")
    return logo_import.read(file.getvalue())


def test_a_plain_symbol_fills_its_canvas() -> None:
    """Without frame and logo there is the symbol in its quiet zone, nothing cleared and nothing to say."""
    found = compose_text(TEXT, parse({"quiet_zone": 2}))
    assert (found.x, found.y, found.scene.width) == (2, 2, found.symbol.size + 4)
    assert (found.cleared, found.damage, found.changes) == (frozenset(), None, ())
    assert found.symbol == symbol_of(TEXT, parse({}))


def test_a_logo_raises_the_symbol_and_says_so() -> None:
    """The symbol is strong enough for the logo, the cleared modules are those of its damage, and it is all there."""
    found = compose_text(TEXT, parse({"logo": LOGO}))
    assert found.damage == assess(found.symbol.version, found.symbol.level, found.cleared)
    assert found.damage is not None
    assert 0 < found.damage.share <= 0.6
    assert found.changes == (
        "level raised from M to Q to carry the logo",
        "version raised from 3 to 4 to carry the logo",
    )
    assert (found.symbol.version, found.symbol.level) == (4, "Q")


@pytest.mark.parametrize("quiet_zone", [0, 4, 10])
@pytest.mark.parametrize("style", STYLES)
def test_the_symbol_stands_where_it_says(style: str, quiet_zone: int) -> None:
    """Measured on pixels, module by module, the symbol begins at (x, y) of the canvas, whatever the frame."""
    design = parse({"frame": {"style": style, "color": "#1D4ED8"}, "quiet_zone": quiet_zone})
    found = compose_text("A", design)
    width_px = round(found.scene.width) * 8
    image = Image.open(io.BytesIO(picture("A", design, fmt="png", size_px=width_px).body)).convert("L")
    for y, row in enumerate(found.symbol.rows):
        for x, dark in enumerate(row):
            level = image.getpixel(((found.x + x) * 8 + 4, (found.y + y) * 8 + 4))
            assert level == (0 if dark else 255)


def test_layers_lie_in_order() -> None:
    """The frame is under the modules and the logo over them, on its plate."""
    design = parse({"frame": {"style": "bar-below"}, "logo": {**LOGO, "plate": "circle", "plate_color": "gold"}})
    fills = [layer for layer in draw(TEXT, design).layers if isinstance(layer, Fill)]
    surface, letters, modules, plate, wifi = fills
    assert [fill.paint for fill in fills] == [
        Solid("#000000"), Solid("#FFFFFF"), Solid("#000000"), Solid("#FFD700"), Solid("#000000"),
    ]  # fmt: skip
    assert len(surface.path) == 2
    assert len(letters.path) > 7
    assert len(modules.path) > len(wifi.path)
    assert len(plate.path) == 1


@pytest.mark.parametrize(
    ("background", "paint"),
    [
        ({"color": "#FFF7ED"}, Solid("#FFF7ED")),
        ({"color": "transparent"}, Solid("#FFFFFF")),
        ({"color": "#FFF7ED80"}, Solid("#FFFFFF")),
        ({"gradient": {"stops": ["#FFF7ED", "#FFFFFF00"]}}, Solid("#FFFFFF")),
    ],
)
def test_a_plate_follows_an_opaque_background(background: dict[str, Any], paint: Solid) -> None:
    """Where something shows through, a plate is white, so that the logo can be seen on anything."""
    *_, plate, _ = draw(TEXT, parse({"background": background, "logo": {**LOGO, "plate": "square"}})).layers
    assert isinstance(plate, Fill)
    assert plate.paint == paint


def test_a_plate_goes_on_with_an_opaque_gradient() -> None:
    """No edge is seen between a gradient and the plate on it: they are one surface."""
    gradient = {"stops": ["#FFF7ED", "#FAF5FF"]}
    scene = draw(TEXT, parse({"background": {"gradient": gradient}, "logo": {**LOGO, "plate": "square"}}))
    plate = scene.layers[-2]
    assert isinstance(plate, Fill)
    assert isinstance(plate.paint, Linear)
    assert plate.paint == scene.background


def test_signs_take_the_ink_of_the_modules() -> None:
    """A built-in sign without a colour follows the modules, a brand does not."""
    colors = [
        layer.paint
        for name in ("wifi", "whatsapp")
        for layer in draw(TEXT, parse({"modules": {"color": "navy"}, "logo": {"name": name}})).layers[-1:]
        if isinstance(layer, Fill)
    ]
    assert colors == [Solid("#000080"), Solid("#25D366")]


def test_an_uploaded_image_is_drawn_when_the_design_names_one() -> None:
    """The artwork comes from the caller; a design that names none takes none, and one that names it needs it."""
    uploaded = photo()
    named, plain = parse({"logo": {"image": "logo_1"}}), parse({})
    assert isinstance(draw(TEXT, named, image=uploaded).layers[-1], Bitmap)
    assert draw(TEXT, plain, image=uploaded) == draw(TEXT, plain)
    assert picture(TEXT, named, fmt="svg", image=uploaded).body != picture(TEXT, plain, fmt="svg").body
    with pytest.raises(BadDesign, match="'logo_1' is not there") as error:
        draw(TEXT, named)
    assert error.value.field == "design.logo.image"


def test_errors_of_parts_name_their_field() -> None:
    """A logo too large for the text and a frame text that is too long are refused by their field."""
    with pytest.raises(Unrenderable) as too_large:
        draw("x" * 2_900, parse({"logo": {"name": "wifi", "size": 0.4, "plate": "square"}}))
    assert too_large.value.field == "design.logo.size"
    with pytest.raises(BadDesign) as too_long:
        draw(TEXT, parse({"frame": {"style": "circle", "text": "W" * 80}}))
    assert too_long.value.field == "design.frame.text"


def test_a_terminal_shows_the_symbol_alone() -> None:
    """Frame and logo have no place in half blocks; the symbol is the one the design asks for."""
    styled = parse({"logo": LOGO, "frame": {"style": "card"}})
    assert terminal(TEXT, styled, colored=False) == terminal(TEXT, parse({}), colored=False)


@pytest.mark.parametrize("shape", get_args(ModuleShape))
def test_a_fully_styled_picture_is_small(shape: ModuleShape) -> None:
    """A version 3 symbol in any shape with a gradient, a logo and a framed text takes 15 kB as SVG at most."""
    design = parse(
        {
            "modules": {"shape": shape, "gradient": {"angle": 45, "stops": ["#0369A1", "#0C4A6E", "#0F766E"]}},
            "corners": {"outer_shape": "extra-rounded", "inner_shape": "extra-rounded"},
            "logo": {"name": "wifi", "size": 0.22, "color": "#0C4A6E"},
            "frame": {"style": "bar-below"},
        }
    )
    found = compose_text("https://r.example/aB3xK0", design)
    assert found.symbol.version == 3
    body = to_svg(found.scene, width=512, unit="")
    assert len(body) <= SVG_BYTES_MAX
    assert not any(word in body for word in (b"clip", b"style", b"href", b"transform", b"<g"))
