"""A picture as a camera gets it: grey, on its surround.

Brightness is what cameras deliver and readers cut into dark and light: 0.299 red + 0.587 green + 0.114 blue of the
encoded values (ITU-R BT.601), here 0 to 255.
"""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from repoint.rendering import colors
from repoint.rendering.composition import Composition
from repoint.rendering.emit.pdf import to_pdf
from repoint.rendering.emit.raster import pixels, rendered, sheet_px
from repoint.rendering.emit.sheet import POINTS_PER_MM
from repoint.rendering.options import Options
from repoint.rendering.symbol import Symbol

if TYPE_CHECKING:
    from PIL import Image

# Pixels a module: enough to tell a dot from a square, and few for large symbols, whose dots have the same share.
MODULE_PX_MAX, MODULE_PX_MIN = 8, 4
SIDE_PX_AIM = 480

SHOT_PX = 4  # pixels a module in a photograph of it, where the size is not what is tried

SURROUND_MODULES = 2  # of what the picture lies on, in view on all four sides
CLOSE_UP_MODULES = 6  # around the symbol: its quiet zone, and what comes next


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A grey picture: the symbol's upper left module begins at (left_px, top_px), `surround` is what lies around it.

    `sizes` keeps the picture in other sizes, by the pixels of a module.
    """

    image: "Image.Image"
    symbol: Symbol
    module_px: float
    left_px: float
    top_px: float
    surround: int
    sizes: "dict[float, Image.Image]" = field(default_factory=dict)

    @property
    def shot(self) -> "Image.Image":
        """The picture with SHOT_PX pixels a module."""
        return self.at(SHOT_PX)

    def at(self, module_px: float) -> "Image.Image":
        """Return the picture with so many pixels a module."""
        if module_px not in self.sizes:
            self.sizes[module_px] = self._resized(module_px / self.module_px)
        return self.sizes[module_px]

    def close_up(self) -> "View":
        """Return the symbol alone with a few modules around it, as one holds a camera."""
        module, size = self.module_px, self.symbol.size
        margin = round(CLOSE_UP_MODULES * module)
        left, top = max(round(self.left_px) - margin, 0), max(round(self.top_px) - margin, 0)
        right = min(round(self.left_px + size * module) + margin, self.image.width)
        bottom = min(round(self.top_px + size * module) + margin, self.image.height)
        return replace(
            self,
            image=self.image.crop((left, top, right, bottom)),
            left_px=self.left_px - left,
            top_px=self.top_px - top,
            sizes={},
        )

    def resampled(self, module_px: float) -> "View":
        """Return the same view from other pixels."""
        factor = module_px / self.module_px
        return replace(
            self,
            image=self.at(module_px),
            module_px=module_px,
            left_px=self.left_px * factor,
            top_px=self.top_px * factor,
            sizes={},
        )

    def _resized(self, factor: float) -> "Image.Image":
        from PIL.Image import Resampling

        if factor == 1:
            return self.image
        size = (round(self.image.width * factor), round(self.image.height * factor))
        return self.image.resize(size, Resampling.BOX if factor < 1 else Resampling.BILINEAR)


def brightness(color: str) -> float:
    """Return the brightness, 0 to 1, of an opaque canonical colour."""
    red, green, blue = colors.channels(color)
    return (299 * red + 587 * green + 114 * blue) / 255_000


def seen(composition: Composition, *, surround: str) -> View:
    """Return the view of a picture that lies on a surround of one colour: the pixels that a PNG of it has."""
    module_px = _module_px(composition)
    sheet = sheet_px(composition.scene, width_px=round(composition.scene.width * module_px))
    return on_surround(pixels(composition.scene, sheet), composition, surround=surround, module_px=module_px)


def seen_on_paper(composition: Composition, *, surround: str, options: Options) -> View:
    """Return the view of a picture as PDFium shows the PDF of it, in its inks and with its bleed and marks."""
    module_px = _module_px(composition)
    width_mm = composition.scene.width  # one module to the mm: the size makes no difference here
    body = to_pdf(
        composition.scene,
        width_mm=width_mm,
        cmyk=options.cmyk,
        bleed_mm=options.bleed_mm,
        marks=options.crop_marks,
    )
    image = rendered(body, scale=module_px / POINTS_PER_MM)
    around = (
        (image.width - composition.scene.width * module_px) / 2,
        (image.height - composition.scene.height * module_px) / 2,
    )
    return on_surround(image, composition, surround=surround, module_px=module_px, around_px=around)


def _module_px(composition: Composition) -> int:
    longest = max(composition.scene.width, composition.scene.height)
    return min(max(round(SIDE_PX_AIM / longest), MODULE_PX_MIN), MODULE_PX_MAX)


def on_surround(
    image: "Image.Image",
    composition: Composition,
    *,
    surround: str,
    module_px: float,
    around_px: tuple[float, float] = (0, 0),
) -> View:
    """Return the view of a finished raster, in which the scene begins at `around_px`."""
    from PIL import Image

    margin = round(SURROUND_MODULES * module_px)
    sheet = Image.new("RGB", (image.width + 2 * margin, image.height + 2 * margin), colors.channels(surround))
    sheet.paste(image, (margin, margin), image if image.mode == "RGBA" else None)
    return View(
        image=sheet.convert("L"),
        symbol=composition.symbol,
        module_px=module_px,
        left_px=margin + around_px[0] + composition.x * module_px,
        top_px=margin + around_px[1] + composition.y * module_px,
        surround=round(brightness(surround) * 255),
    )
