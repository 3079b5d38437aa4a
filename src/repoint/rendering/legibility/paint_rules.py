"""What colours cost: contrast, inversion, transparency."""

from repoint.rendering.legibility.contrast import Field
from repoint.rendering.legibility.evidence import WHITE, Evidence
from repoint.rendering.legibility.recolor import reaching, swapped
from repoint.rendering.legibility.verdict import REFUSED_POINTS, Finding, Remedy

CONTRAST_REFUSED_BELOW = 0.3
CONTRAST_WARNED_BELOW = 0.45
CONTRAST_FREE_FROM = 0.6
CONTRAST_POINTS = 20  # at 0.3, falling to none at 0.6
CONTRAST_AIM = 0.62

INVERTED_POINTS = 21
TRANSPARENT_POINTS = 5

_PARTS = {"outer": "outer ring", "inner": "inner eye"}


def low_contrast(evidence: Evidence) -> Finding | None:
    """Charge for inks that stand out too little; from 0.3 downwards readers lose them in noise and shadow."""
    least = evidence.contrast.least
    if least >= CONTRAST_FREE_FROM:
        return None
    where = _named(evidence.contrast.weakest)
    inverted = evidence.contrast.inverted
    remedy = Remedy(
        f"{'lighten' if inverted else 'darken'} the colours, or move the background away from them, to a contrast of"
        f" {CONTRAST_FREE_FROM:.2f}",
        0,
        reaching(evidence.design, CONTRAST_AIM, inverted=inverted, surround=evidence.under),
    )
    if least < 0:
        sentence = f"{where} is {'darker' if inverted else 'lighter'} than the background where the rest is not"
        return Finding("mixed-polarity", "refuse", sentence, REFUSED_POINTS + CONTRAST_POINTS, remedy)
    lacking = min((CONTRAST_FREE_FROM - least) / (CONTRAST_FREE_FROM - CONTRAST_REFUSED_BELOW), 1)
    points = round(lacking * CONTRAST_POINTS)
    sentence = f"{where} differs from the background by {least:.2f} in brightness; {CONTRAST_FREE_FROM:.2f} is good"
    if least < CONTRAST_REFUSED_BELOW:
        said = f"{sentence}, and below {CONTRAST_REFUSED_BELOW:.2f} readers fail"
        return Finding("low-contrast", "refuse", said, REFUSED_POINTS + points, remedy)
    return Finding("low-contrast", "warn" if least < CONTRAST_WARNED_BELOW else "info", sentence, points, remedy)


def inverted(evidence: Evidence) -> Finding | None:
    """Charge for light modules on dark: the standard allows them (clause 5.2), and many readers cannot read them."""
    if not evidence.contrast.inverted:
        return None
    return Finding(
        "inverted",
        "warn",
        "the modules are lighter than the background, which some readers do not understand",
        INVERTED_POINTS,
        Remedy("swap the colours of the modules and the background", 0, swapped(evidence.design)),
    )


def transparent(evidence: Evidence) -> Finding | None:
    """Charge for a background that nobody knows yet."""
    if not evidence.see_through or evidence.product.surround:
        return None
    return Finding(
        "transparent",
        "warn",
        "what the picture is put on shows through; it was checked on white, and on a dark ground it cannot be read",
        TRANSPARENT_POINTS,
        Remedy("give the background a colour", 0, {"background": {"color": WHITE, "gradient": None}}),
    )


def _named(field: Field) -> str:
    match field:
        case ("corners", part):
            return f"the {_PARTS[part]} of the corners"
        case ("corners", place, part):
            return f"the {_PARTS[part]} of the {place.replace('_', ' ')} corner"
        case _:
            return "the colour of the modules"
