"""All that is measured of one picture."""

from collections.abc import Mapping
from dataclasses import dataclass

from repoint.rendering.artwork import Artwork
from repoint.rendering.composition import Composition, compose_text
from repoint.rendering.damage import Damage, assess
from repoint.rendering.design import Design
from repoint.rendering.emit.raster import is_see_through, pixels_on_white, sheet_px
from repoint.rendering.legibility.contrast import Contrast, contrast
from repoint.rendering.legibility.endurance import endures
from repoint.rendering.legibility.ink_share import ink_share
from repoint.rendering.legibility.polarity import Polarity, measured
from repoint.rendering.legibility.print_size import print_size
from repoint.rendering.legibility.product import Product
from repoint.rendering.legibility.reading import reads
from repoint.rendering.legibility.verdict import Measures, PrintSize, Reached
from repoint.rendering.legibility.view import View, seen, seen_on_paper
from repoint.rendering.symbol import payload

BLACK, WHITE = "#000000", "#FFFFFF"

PAPER_FORMATS = ("pdf", "eps")

FEW_PX = 3  # a module; with as many, the stated condition of size has been tried already


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the rules decide on. `module_px` is what the product has, None when it has no pixels."""

    design: Design
    artwork: Artwork | None
    product: Product
    surround: str
    see_through: bool
    composition: Composition
    contrast: Contrast
    polarity: Polarity
    damage: Damage
    is_read: bool
    conditions: Mapping[str, Reached]
    ink_share: float
    module_px: float | None
    is_read_in_its_pixels: bool
    print_size: PrintSize | None

    @property
    def under(self) -> str:
        """The colour that shows through, as far as anything does."""
        return self.surround if self.see_through else WHITE

    @property
    def measures(self) -> Measures:
        """The figures to show."""
        return Measures(
            version=self.composition.symbol.version,
            level=self.composition.symbol.level,
            contrast=round(self.contrast.least, 2),
            damage=round(self.damage.share, 2),
            quiet_zone=self.polarity.quiet_zone,
            wrong_modules=len(self.polarity.wrong),
            ink_share=round(self.ink_share, 2),
            inverted=self.contrast.inverted,
        )


def gather(
    text: str,
    design: Design,
    product: Product,
    *,
    image: Artwork | None,
    conditions: Mapping[str, Reached] | None = None,
) -> Evidence:
    """Draw a picture and measure it; raises as `compose_text` does.

    `conditions`, when given, stand for what it endures, which takes most of the time to find out.
    """
    composition = compose_text(text, design, image)
    encoded = payload(text, uppercase=design.uppercase).encode()
    see_through = is_see_through(composition.scene)
    surround = product.surround or surround_of(composition, design)
    view = _view(composition, product, surround)
    polarity = measured(view, cleared=composition.cleared)
    symbol = composition.symbol
    is_read = reads(view.image, encoded) or reads(view.shot, encoded)
    if conditions is None:
        conditions = endures(view, encoded) if is_read else {}
    module_px, is_read_in_its_pixels = _in_its_pixels(composition, product, encoded)
    return Evidence(
        design=design,
        artwork=image,
        product=product,
        surround=surround,
        see_through=see_through,
        composition=composition,
        contrast=contrast(design, surround=surround if see_through else WHITE),
        polarity=polarity,
        damage=assess(symbol.version, symbol.level, composition.cleared | polarity.wrong),
        is_read=is_read,
        conditions=conditions,
        ink_share=ink_share(design.modules),
        module_px=module_px,
        is_read_in_its_pixels=is_read_in_its_pixels,
        print_size=print_size(composition, conditions["size"], width_mm=product.width_mm) if conditions else None,
    )


def surround_of(composition: Composition, design: Design) -> str:
    """Return what an unknown surround is taken for: paper under what is transparent, else what hides the edge."""
    if is_see_through(composition.scene):
        return WHITE
    return WHITE if contrast(design, surround=WHITE).inverted else BLACK


def _view(composition: Composition, product: Product, surround: str) -> View:
    if product.fmt in PAPER_FORMATS:
        return seen_on_paper(composition, surround=surround, options=product.options)
    return seen(composition, surround=surround)


def _in_its_pixels(composition: Composition, product: Product, encoded: bytes) -> tuple[float | None, bool]:
    """Return the pixels a module has in a raster product, and whether it reads when these are few."""
    if product.width_px is None:
        return None, True
    sheet = sheet_px(composition.scene, width_px=product.width_px)
    if sheet.module >= FEW_PX:
        return sheet.module, True
    return sheet.module, reads(pixels_on_white(composition.scene, sheet).convert("L"), encoded)
