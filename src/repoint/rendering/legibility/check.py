"""A picture to a verdict."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from repoint.rendering.artwork import Artwork
from repoint.rendering.composition import compose_text
from repoint.rendering.design import Design
from repoint.rendering.design_json import patched
from repoint.rendering.errors import RenderingError, Unrenderable
from repoint.rendering.legibility.damage_rules import damaged, wrong_modules
from repoint.rendering.legibility.evidence import Evidence, gather
from repoint.rendering.legibility.paint_rules import inverted, low_contrast, transparent
from repoint.rendering.legibility.product import Product, product
from repoint.rendering.legibility.reading_rules import fails_stated, few_pixels, small_print, unread, weaker_than_plain
from repoint.rendering.legibility.shape_rules import broken_corners, circles, quiet_zone, thin_shape
from repoint.rendering.legibility.verdict import Finding, Legibility, Reached, Remedy
from repoint.rendering.logo import SIZE_MIN

RULES: tuple[Callable[[Evidence], Finding | None], ...] = (
    unread,
    low_contrast,
    broken_corners,
    quiet_zone,
    damaged,
    wrong_modules,
    few_pixels,
    fails_stated,
    inverted,
    transparent,
    thin_shape,
    circles,
    small_print,
    weaker_than_plain,
)

ENDURANCE_CODES = ("fragile", "weaker")

LOGO_SIZE = "design.logo.size"
LOGO_POINTS = 100
SIZE_STEP = 0.02

AS_PNG = product()


def check(text: str, design: Design, made_for: Product = AS_PNG, *, image: Artwork | None = None) -> Legibility:
    """Return how well the picture of `text` reads, with remedies that were tried.

    Equal arguments give an equal verdict. A logo too large for the text is a finding; what else cannot be drawn raises
    as `compose_text` does. A PNG, JPEG or WebP is judged by its pixels, a PDF by what PDFium shows of it, an EPS, which
    nothing here interprets, by the PDF of the same scene, and an SVG by the PNG of it.
    """
    verdict = judged(text, design, made_for, image=image)
    patches = [finding for finding in verdict.findings if finding.remedy and finding.remedy.patch]
    main = max(patches, key=lambda finding: (finding.code in ENDURANCE_CODES, finding.points), default=None)

    def tried(finding: Finding) -> Finding:
        """Put in what a remedy gains: all of it for the main one, for the others what does not need a camera."""
        remedy = finding.remedy
        if remedy is None or remedy.patch is None:
            return replace(finding, remedy=remedy and replace(remedy, gain=finding.points))
        conditions = None if finding is main else verdict.conditions
        try:
            better = judged(text, patched(design, remedy.patch), made_for, image=image, conditions=conditions)
        except RenderingError:  # what helps one thing may leave no room for another
            return replace(finding, remedy=None)
        if better.points >= verdict.points:
            return replace(finding, remedy=None)
        return replace(finding, remedy=replace(remedy, gain=better.score - verdict.score))

    return replace(verdict, findings=tuple(map(tried, verdict.findings)))


def judged(
    text: str,
    design: Design,
    made_for: Product,
    *,
    image: Artwork | None,
    conditions: Mapping[str, Reached] | None = None,
) -> Legibility:
    """Return the verdict with no gain measured; `conditions`, when given, stand for what the picture endures."""
    try:
        evidence = gather(text, design, made_for, image=image, conditions=conditions)
    except Unrenderable as error:
        if error.field != LOGO_SIZE:
            raise
        return Legibility((_too_large(text, design, image, error.reason),), None, None, {}, ())
    findings = tuple(finding for rule in RULES if (finding := rule(evidence)))
    return Legibility(
        findings, evidence.print_size, evidence.measures, evidence.conditions, evidence.composition.changes
    )


def _too_large(text: str, design: Design, image: Artwork | None, reason: str) -> Finding:
    size = drawable_size(text, design, image)
    remedy = Remedy(f"make the logo smaller: a size of {size:g}", 0, {"logo": {"size": size}}) if size else None
    return Finding("damage", "refuse", f"the logo {reason}", LOGO_POINTS, remedy)


def drawable_size(text: str, design: Design, image: Artwork | None) -> float | None:
    """Return the largest smaller size at which a logo leaves the text readable."""
    for step in range(1, round((design.logo.size - SIZE_MIN) / SIZE_STEP) + 1):
        size = round(design.logo.size - step * SIZE_STEP, 2)
        try:
            compose_text(text, patched(design, {"logo": {"size": size}}), image)
        except Unrenderable:
            continue
        return size
    return None
