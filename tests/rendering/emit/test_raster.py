"""Rasters have the size asked for and whole pixels for modules."""

import pytest

from repoint.rendering import Unrenderable
from repoint.rendering.emit.raster import is_see_through, pixels, pixels_on_white, sheet_px
from repoint.rendering.scene import Linear, Scene, Solid, Stop


def scene(*, width: float = 37, height: float = 37, background: Solid | Linear | None = None) -> Scene:
    """Return an empty picture."""
    return Scene(width, height, background, ())


@pytest.mark.parametrize(
    ("width", "height", "width_px", "height_px", "module_px"),
    [(37, 37, 1024, 1024, 27), (37, 50, 1024, 1384, 27), (50, 37, 500, 370, 10), (40.5, 37, 100, 91, 2)],
)
def test_the_shape_is_kept_in_whole_pixels(
    width: float, height: float, width_px: int, height_px: int, module_px: int
) -> None:
    """The width is exact, the height follows, modules are whole pixels, and the rest lies evenly around."""
    sheet = sheet_px(scene(width=width, height=height), width_px=width_px)
    assert (sheet.width, sheet.height, sheet.module) == (width_px, height_px, module_px)
    assert sheet.left == int(sheet.left)
    assert 0 <= width_px - width * module_px - 2 * sheet.left < 2
    assert 0 <= height_px - height * module_px - 2 * sheet.top < 2
    assert pixels_on_white(scene(width=width, height=height), sheet).size == (width_px, height_px)


@pytest.mark.parametrize(
    ("shape", "width_px", "said"), [((40.5, 40), 40, "at least 41"), ((10, 100), 900, "9000 pixels")]
)
def test_what_has_no_room_is_refused(shape: tuple[float, float], width_px: int, said: str) -> None:
    """Fewer pixels than modules, and pictures much higher than wide, name the bound."""
    with pytest.raises(Unrenderable, match=said) as error:
        sheet_px(scene(width=shape[0], height=shape[1]), width_px=width_px)
    assert error.value.field == "size_px"


@pytest.mark.parametrize(
    ("background", "mode"),
    [
        (None, "RGBA"),
        (Solid("#FF000080"), "RGBA"),
        (Linear(0, 0, 1, 1, (Stop(0, "#FFFFFF"), Stop(1, "#FFFFFF00"))), "RGBA"),
        (Solid("#FF0000"), "RGB"),
    ],
)
def test_alpha_is_kept_where_there_is_some(background: Solid | Linear | None, mode: str) -> None:
    """A background that lets something through makes a raster with alpha, and white paper takes it away."""
    made = scene(background=background)
    sheet = sheet_px(made, width_px=37)
    assert pixels(made, sheet).mode == mode
    assert pixels_on_white(made, sheet).mode == "RGB"
    assert is_see_through(made) == (mode == "RGBA")


def test_half_transparent_pixels_are_what_was_asked() -> None:
    """A background of half red is half red in the raster, not darkened by what is not there."""
    made = scene(background=Solid("#FF000080"))
    red, green, blue, alpha = pixels(made, sheet_px(made, width_px=37)).tobytes()[:4]
    assert (red, green, blue) == (255, 0, 0)
    assert abs(alpha - 128) <= 1
