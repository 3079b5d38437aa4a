"""What a design can ask for decodes in every format, by two readers that share nothing."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, get_args

import pytest
from PIL import Image

from repoint.rendering import MEDIA_TYPES, PRESETS, Picture, logos, parse, picture
from repoint.rendering.design import CornerShape, ModuleShape
from repoint.rendering.frames import STYLES

TEXT = "https://repoint.example/r/aB3xK9z?spring=é"
WIDTH_PX = 300

SHAPES, CORNERS = get_args(ModuleShape), get_args(CornerShape)
WARNED = "circle"  # not every reader finds round corners, and a check warns of them
SURE_CORNERS = [shape for shape in CORNERS if shape != WARNED]
BACKGROUNDS = ("#FFFFFF", "#FDE68A", "transparent")

Decode = Callable[[Image.Image], str | None]
RasterAll = Callable[[Sequence[Picture]], list[Image.Image]]
Designs = Mapping[str, Mapping[str, Any]]


def styles() -> Designs:
    """Return every preset, every shape of modules, and every ring with two eyes."""
    modules = {
        f"modules {shape}": {
            "modules": {"shape": shape, "color": "#0F172A"},
            "corners": {"outer_shape": SURE_CORNERS[at % 7], "inner_shape": SURE_CORNERS[at // 2 % 7]},
            "background": {"color": BACKGROUNDS[at % 3]},
        }
        for at, shape in enumerate(SHAPES)
    }
    corners = {
        f"corners {outer} {inner}": {
            "modules": {"shape": "soft"},
            "corners": {"outer_shape": outer, "inner_shape": inner},
        }
        for at, inner in enumerate(CORNERS)
        for outer in (inner, CORNERS[at - 3])
    }
    return {**{f"preset {name}": design for name, design in PRESETS.items()}, **modules, **corners}


def framed_logos() -> Designs:
    """Return every logo, the frames and the plates in turn."""
    plates = ("none", "square", "rounded", "circle")
    return {
        f"{logo} in {STYLES[at % len(STYLES)]}": {
            "modules": {"shape": SHAPES[at % len(SHAPES)]},
            "logo": {"name": logo, "plate": plates[at % 4]},
            "frame": {"style": STYLES[at % len(STYLES)], "color": "#1D4ED8"},
        }
        for at, logo in enumerate(logos.names())
    }


@pytest.fixture(scope="module")
def styled(raster_all: RasterAll) -> Callable[[str], Mapping[str, Image.Image]]:
    """Return what draws all styles in a format, once."""

    @cache
    def drawn(fmt: str) -> Mapping[str, Image.Image]:
        return _drawn(styles(), fmt, raster_all)

    return drawn


@pytest.mark.parametrize("fmt", MEDIA_TYPES)
def test_every_style_decodes(styled: Callable[[str], Mapping[str, Image.Image]], decode: Decode, fmt: str) -> None:
    """Presets, shapes and corners read back, at the size of a small picture on a page."""
    assert not _not_read(styled(fmt), decode)


@pytest.mark.parametrize("fmt", ["svg", "png", "pdf", "eps"])
def test_every_style_decodes_by_zbar(
    styled: Callable[[str], Mapping[str, Image.Image]], decode_by_zbar: Decode, fmt: str
) -> None:
    """What draws no warning is read by another reader too, which finds the corners in another way."""
    sure = {name: image for name, image in styled(fmt).items() if WARNED not in name}
    assert not _not_read(sure, decode_by_zbar)


@pytest.mark.parametrize("fmt", MEDIA_TYPES)
def test_every_logo_in_a_frame_decodes(raster_all: RasterAll, decode: Decode, fmt: str) -> None:
    """All logos, all frames, all plates and all shapes of modules read back together."""
    assert not _not_read(_drawn(framed_logos(), fmt, raster_all), decode)


@pytest.mark.parametrize("fmt", MEDIA_TYPES)
@pytest.mark.parametrize("style", STYLES)
def test_every_frame_is_the_same_bytes_in_every_format(fmt: str, style: str) -> None:
    """A logo in a frame gives equal files for equal designs."""
    design = {"logo": {"name": "wifi"}, "frame": {"style": style, "text": f"Scan {style}!"}}
    first, second = (picture(TEXT, parse(design), fmt=fmt, size_px=120) for _ in range(2))
    assert first == second


def _drawn(designs: Designs, fmt: str, raster_all: RasterAll) -> Mapping[str, Image.Image]:
    pictures = [picture(TEXT, parse(design), fmt=fmt, size_px=WIDTH_PX) for design in designs.values()]
    return dict(zip(designs, raster_all(pictures), strict=True))


def _not_read(images: Mapping[str, Image.Image], decode: Decode) -> list[str]:
    return [name for name, image in images.items() if decode(image) != TEXT]
