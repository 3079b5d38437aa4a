"""What shapes cost: thin modules, circles, broken corners, quiet zone."""

from typing import Any

from repoint.rendering import corners
from repoint.rendering.design import Design
from repoint.rendering.legibility.evidence import Evidence
from repoint.rendering.legibility.ink_share import THIN_BELOW, scale_for
from repoint.rendering.legibility.polarity import QUIET_MODULES
from repoint.rendering.legibility.verdict import REFUSED_POINTS, Finding, Remedy, Severity

THIN_POINTS = 4
THIN_POINTS_SHARE = 50  # for a module without any ink, on top

CIRCLE_POINTS = {"outer": 10, "inner": 4}
QUIET_POINTS = {0: REFUSED_POINTS, 1: 12, 2: 6, 3: 2}

_ROUND_ENOUGH = "rounded"


def thin_shape(evidence: Evidence) -> Finding | None:
    """Charge for modules that are more paper than ink."""
    share, look = evidence.ink_share, evidence.design.modules
    if share >= THIN_BELOW:
        return None
    scale = scale_for(look, THIN_BELOW)
    remedy = (
        Remedy(f"raise the scale to {scale:g}", 0, {"modules": {"scale": scale}})
        if scale
        else Remedy("take rounded modules", 0, {"modules": {"shape": "rounded"}})
    )
    return Finding(
        "thin-shape",
        "warn",
        f"modules of this shape and scale ink {share:.0%} of their room; with less than {THIN_BELOW:.0%} they fade",
        THIN_POINTS + round((THIN_BELOW - share) * THIN_POINTS_SHARE),
        remedy,
    )


def circles(evidence: Evidence) -> Finding | None:
    """Charge for round corners: some readers look for straight sides, and lose a circle that is tilted or turned."""
    parts = [part for part in CIRCLE_POINTS if _round_places(evidence.design, part)]
    if not parts:
        return None
    return Finding(
        "circle-corner",
        "warn",
        "corners that are circles are found less often when the picture is tilted, turned or small",
        sum(CIRCLE_POINTS[part] for part in parts),
        Remedy("take rounded corners", 0, {"corners": straightened(evidence.design)}),
    )


def broken_corners(evidence: Evidence) -> Finding | None:
    """Refuse corners made of dots: readers find a symbol by their unbroken lines of 1:1:3:1:1 (clause 6.3.3.1)."""
    if not evidence.polarity.broken_finders:
        return None
    return Finding(
        "broken-corner",
        "refuse",
        "a corner is made of pieces, or covered; readers find a symbol by the unbroken lines of its three corners",
        REFUSED_POINTS,
        None,
    )


def quiet_zone(evidence: Evidence) -> Finding | None:
    """Charge for a clear margin below four modules (clause 6.3.8); without any, a dark surround hides the edge."""
    clear = evidence.polarity.quiet_zone
    if clear >= QUIET_MODULES:
        return None
    severity: Severity = "refuse" if clear == 0 else "warn" if clear == 1 else "info"
    where = "" if evidence.product.surround else ", if what lies around the picture is as dark as the modules"
    if evidence.contrast.inverted:
        where = where.replace("dark", "light")
    return Finding(
        "quiet-zone",
        severity,
        f"the symbol has {clear or 'no'} clear module{'s' * (clear > 1)} around it{where}; it needs {QUIET_MODULES}",
        QUIET_POINTS[clear],
        Remedy(f"take a quiet zone of {QUIET_MODULES}", 0, {"quiet_zone": QUIET_MODULES}),
    )


def straightened(design: Design) -> dict[str, Any]:
    """Return the merge patch for the corners that makes circles rounded."""
    patch: dict[str, Any] = {}
    for part in CIRCLE_POINTS:
        name = f"{part}_shape"
        if getattr(design.corners, name) == "circle":
            patch[name] = _ROUND_ENOUGH
        for place in corners.PLACES:
            if getattr(getattr(design.corners, place), name) == "circle":
                patch.setdefault(place, {})[name] = _ROUND_ENOUGH
    return patch


def _round_places(design: Design, part: str) -> list[str]:
    looks = {place: corners.look(design.corners, place) for place in corners.PLACES}
    return [place for place, look in looks.items() if getattr(look, f"{part}_shape") == "circle"]
