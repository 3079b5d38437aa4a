"""How large a picture is, in pixels or on paper."""

from dataclasses import dataclass

from repoint.rendering.errors import Unrenderable

SIZE_PX_MIN, SIZE_PX_MAX = 32, 8_192
WIDTH_MM_MIN, WIDTH_MM_MAX = 5, 2_000
DPI_MIN, DPI_MAX = 72, 1_200

PRINT_DPI = 300  # for a width in mm when no dpi is given
SCREEN_DPI = 96  # for the paper size of pixels when no dpi is given; one CSS pixel is 1/96 inch
MM_PER_INCH = 25.4


@dataclass(frozen=True, slots=True)
class Pixels:
    """A picture for screens: its width in pixels, and its dpi when it is to be printed at a known size."""

    width_px: int
    dpi: int | None


@dataclass(frozen=True, slots=True)
class Paper:
    """A picture for print: its width in mm, and the dpi it is rasterised at."""

    width_mm: float
    dpi: int | None


Size = Pixels | Paper


def choose(*, size_px: int | None, width_mm: float | None, dpi: int | None, default: Size) -> Size:
    """Return the size asked for, or `default` when neither is given; Unrenderable names the bound that is broken."""
    if size_px is not None and width_mm is not None:
        raise Unrenderable("width_mm", "cannot stand beside size_px; give one of them")
    if dpi is not None:
        _within("dpi", dpi, DPI_MIN, DPI_MAX)
    if size_px is not None:
        _within("size_px", size_px, SIZE_PX_MIN, SIZE_PX_MAX)
        return Pixels(size_px, dpi)
    if width_mm is not None:
        _within("width_mm", width_mm, WIDTH_MM_MIN, WIDTH_MM_MAX)
        return Paper(width_mm, dpi)
    match default:
        case Pixels(width_px):
            return Pixels(width_px, dpi)
        case Paper(default_mm):
            return Paper(default_mm, dpi)


def raster(size: Size) -> tuple[int, int | None]:
    """Return the width in pixels and the dpi to write into the file."""
    match size:
        case Pixels(width_px, dpi):
            return width_px, dpi
        case Paper(width_mm, dpi):
            dpi = dpi or PRINT_DPI
            width_px = round(width_mm / MM_PER_INCH * dpi)
            if not SIZE_PX_MIN <= width_px <= SIZE_PX_MAX:
                raise Unrenderable(
                    "width_mm", f"is {width_px} pixels at {dpi} dpi; {SIZE_PX_MIN} to {SIZE_PX_MAX} are possible"
                )
            return width_px, dpi


def paper_mm(size: Size) -> float:
    """Return the width in mm."""
    match size:
        case Paper(width_mm):
            return width_mm
        case Pixels(width_px, dpi):
            return width_px / (dpi or SCREEN_DPI) * MM_PER_INCH


def _within(field: str, value: float, least: int, most: int) -> None:
    # Written so that NaN, which compares as false, is refused.
    if not least <= value <= most:
        raise Unrenderable(field, f"must be {least} to {most}")
