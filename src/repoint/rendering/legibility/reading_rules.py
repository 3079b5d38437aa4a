"""What it costs to be read less well than plain squares."""

from typing import Any

from repoint.rendering import corners
from repoint.rendering.legibility.damage_rules import damaged
from repoint.rendering.legibility.evidence import FEW_PX, Evidence
from repoint.rendering.legibility.paint_rules import inverted, low_contrast
from repoint.rendering.legibility.shape_rules import broken_corners, circles, quiet_zone, thin_shape
from repoint.rendering.legibility.strain import CONDITIONS
from repoint.rendering.legibility.verdict import REFUSED_POINTS, Finding, Remedy
from repoint.rendering.modules import CONNECTED

UNREAD_POINTS = 80
STATED_POINTS = 21  # for a stated condition: none of A and B fails one
STATED_REFUSED_FROM = 3  # of the eight

STRONGER_POINTS = 2  # for each stronger one that plain squares endure
MISSED_POINTS = 10  # for each photograph under the first strength that is missed
STRONGER_POINTS_MAX = 30

FEW_PX_POINTS = 21
SMALL_PRINT_POINTS = 30  # for no width at all


def unread(evidence: Evidence) -> Finding | None:
    """Refuse a picture that does not read as it is."""
    if evidence.is_read:
        return None
    return Finding("unread", "refuse", "the finished picture does not decode to its text", UNREAD_POINTS, None)


def fails_stated(evidence: Evidence) -> Finding | None:
    """Charge for stated conditions that a picture is not read under."""
    endured = evidence.conditions
    failed = [condition for condition in CONDITIONS if endured and not endured[condition.name].reached]
    if not failed:
        return None
    refused = len(failed) >= STATED_REFUSED_FROM
    return Finding(
        "fragile",
        "refuse" if refused else "warn",
        f"it does not endure {', '.join(condition.said.format(condition.strengths[0]) for condition in failed)}",
        REFUSED_POINTS if refused else len(failed) * STATED_POINTS,
        _stronger(evidence),
    )


def weaker_than_plain(evidence: Evidence) -> Finding | None:
    """Charge for stronger conditions that plain squares of the same symbol are read under, and it is not."""
    lost = {
        name: STRONGER_POINTS * max(endured.plain - endured.reached, 0) + MISSED_POINTS * endured.missed
        for name, endured in evidence.conditions.items()
        if endured.reached
    }
    points = min(sum(lost.values()), STRONGER_POINTS_MAX)
    if not points:
        return None
    named = ", ".join(name for name, cost in lost.items() if cost)
    return Finding("weaker", "info", f"plain squares endure more: {named}", points, _stronger(evidence))


def few_pixels(evidence: Evidence) -> Finding | None:
    """Charge for a raster with fewer than three pixels a module: every camera needs more than there are."""
    if evidence.module_px is None or (evidence.module_px >= FEW_PX and evidence.is_read_in_its_pixels):
        return None
    across = evidence.composition.scene.width
    remedy = Remedy(f"make it at least {-int(-across * FEW_PX // 1)} pixels wide", 0, None)
    sentence = f"a module is {evidence.module_px:g} pixel{'s' * (evidence.module_px > 1)} wide"
    if evidence.is_read_in_its_pixels:
        return Finding("few-pixels", "warn", sentence, FEW_PX_POINTS, remedy)
    return Finding("few-pixels", "refuse", f"{sentence}, and the file is not read", UNREAD_POINTS, remedy)


def small_print(evidence: Evidence) -> Finding | None:
    """Charge for a width on paper at which modules are too small to print or to see."""
    sizes = evidence.print_size
    if sizes is None or not evidence.product.is_sized or sizes.width_mm >= sizes.width_mm_min:
        return None
    least = sizes.width_mm_min
    return Finding(
        "small-print",
        "warn",
        f"at {sizes.width_mm:g} mm its modules are smaller than the {sizes.module_mm_min:g} mm they need",
        max(round(SMALL_PRINT_POINTS * (1 - sizes.width_mm / least)), 1),
        Remedy(f"print it at least {least:g} mm wide", 0, None),
    )


def _stronger(evidence: Evidence) -> Remedy | None:
    """Return a stronger shape, unless other rules say already what weakens the picture."""
    if any(rule(evidence) for rule in CAUSES):
        return None
    look = evidence.design.modules
    if look.shape not in CONNECTED and look.scale < 1:
        return Remedy("raise the scale to 1", 0, {"modules": {"scale": 1}})
    if look.shape != "square":
        shape = "square" if look.shape in CONNECTED else "rounded"
        return Remedy(f"take {shape} modules", 0, {"modules": {"shape": shape}})
    return Remedy("take square corners", 0, {"corners": SQUARE_CORNERS})


SQUARE_CORNERS: dict[str, Any] = {
    "outer_shape": "square",
    "inner_shape": "square",
    **{place: {"outer_shape": None, "inner_shape": None} for place in corners.PLACES},
}
CAUSES = (low_contrast, inverted, thin_shape, circles, broken_corners, quiet_zone, damaged)
