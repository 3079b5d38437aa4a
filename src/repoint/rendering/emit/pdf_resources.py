"""What the page of a PDF draws with: paints, opacities, bitmaps."""

from typing import NamedTuple, assert_never

from repoint.rendering import colors
from repoint.rendering.decimals import short
from repoint.rendering.emit.pdf_file import Objects, stream
from repoint.rendering.emit.pixels import alpha_plane, color_planes
from repoint.rendering.emit.shading import components, is_opaque, opacity_shading, shading
from repoint.rendering.scene import Bitmap, Gradient, Linear, Paint, Radial, Solid

# Larger than any picture with its bleed, in modules: what a soft mask covers.
_EVERYWHERE = "-9999 -9999 9999 9999"


class Ink(NamedTuple):
    """Operators before a path is filled, and after."""

    before: str
    after: str = ""


class Resources:
    """The resources of one page; equal paints share one entry.

    `matrix` leads from the picture's modules to the points of the page: patterns do not follow the page's own scale.
    """

    def __init__(self, objects: Objects, *, matrix: str, cmyk: bool) -> None:
        self._objects = objects
        self._matrix = matrix
        self._cmyk = cmyk
        self._groups: dict[str, dict[str, str]] = {"Pattern": {}, "ExtGState": {}, "XObject": {}}
        self._seen_through = False

    def ink(self, paint: Paint) -> Ink:
        """Return what fills with a paint."""
        match paint:
            case Solid(color):
                fill = components(color, cmyk=self._cmyk) + (" k" if self._cmyk else " rg")
            case Linear() | Radial():
                pattern = f"<</PatternType 2/Matrix[{self._matrix}]/Shading {shading(paint, cmyk=self._cmyk)}>>"
                fill = f"/Pattern cs /{self._name('Pattern', 'P', pattern)} scn"
            case _:
                assert_never(paint)
        if is_opaque(paint):
            return Ink(fill)
        self._seen_through = True
        return Ink(f"q /{self._name('ExtGState', 'G', self._state(paint))} gs {fill}", "Q")

    def bitmap(self, bitmap: Bitmap) -> str:
        """Return the name of an image of one by one unit."""
        size = f"/Type/XObject/Subtype/Image/Width {bitmap.width_px}/Height {bitmap.height_px}/BitsPerComponent 8"
        mask = ""
        alpha = alpha_plane(bitmap)
        if alpha is not None:
            self._seen_through = True
            mask = f"/SMask {self._objects.add(stream(f'{size}/ColorSpace/DeviceGray', alpha))} 0 R"
        space = "/DeviceCMYK" if self._cmyk else "/DeviceRGB"
        pixels = color_planes(bitmap, cmyk=self._cmyk)
        image = self._objects.add(stream(f"{size}/ColorSpace{space}{mask}", pixels))
        return self._name("XObject", "I", f"{image} 0 R")

    def page_entries(self) -> str:
        """Return the entries of the page's dictionary: its resources, and its group when something is seen through."""
        groups = "".join(
            f"/{group}<<{''.join(f'/{name} {value}' for value, name in entries.items())}>>"
            for group, entries in self._groups.items()
            if entries
        )
        space = "/DeviceCMYK" if self._cmyk else "/DeviceRGB"
        group = f"/Group<</S/Transparency/CS{space}>>" if self._seen_through else ""
        return f"/Resources<<{groups}>>{group}"

    def _state(self, paint: Paint) -> str:
        if isinstance(paint, Solid):
            return f"<</ca {short(colors.opacity(paint.color))}>>"
        return f"<</SMask<</S/Luminosity/G {self._objects.add(_mask(paint))} 0 R>>>>"

    def _name(self, group: str, letter: str, value: str) -> str:
        entries = self._groups[group]
        return entries.setdefault(value, f"{letter}{len(entries)}")


def _mask(gradient: Gradient) -> bytes:
    """Return a form that paints a gradient's opacity as grey (ISO 32000-1 section 11.6.5.3)."""
    return stream(
        f"/Type/XObject/Subtype/Form/BBox[{_EVERYWHERE}]/Group<</S/Transparency/CS/DeviceGray>>"
        f"/Resources<</Shading<</S {opacity_shading(gradient)}>>>>",
        b"/S sh",
    )
