"""What a logo costs, and modules that look wrong."""

from repoint.rendering import logo, logos
from repoint.rendering.artwork import Artwork
from repoint.rendering.damage import assess
from repoint.rendering.design import Design
from repoint.rendering.errors import RenderingError
from repoint.rendering.legibility.evidence import Evidence
from repoint.rendering.legibility.verdict import REFUSED_POINTS, Finding, Remedy, Severity
from repoint.rendering.logo_fit import DAMAGE_AIM, DAMAGE_MAX, VITAL
from repoint.rendering.symbol import Symbol

DAMAGE_FREE_TO = 0.3
AIMED_POINTS = 5  # at 0.6
FULL_POINTS = 20  # at 1.0, on top of those

WRONG_POINTS = 6

SIZE_STEP = 0.02


def damaged(evidence: Evidence) -> Finding | None:
    """Charge for the error correction that covered and wrong modules use up: what is left is for dirt and glare."""
    share = evidence.damage.share
    if share <= DAMAGE_FREE_TO:
        return None
    severity: Severity
    if share > DAMAGE_MAX:
        severity, points = "refuse", REFUSED_POINTS + AIMED_POINTS + FULL_POINTS
    elif share > DAMAGE_AIM:
        points = AIMED_POINTS + round((share - DAMAGE_AIM) / (DAMAGE_MAX - DAMAGE_AIM) * FULL_POINTS)
        severity = "warn"
    else:
        points = round((share - DAMAGE_FREE_TO) / (DAMAGE_AIM - DAMAGE_FREE_TO) * AIMED_POINTS)
        severity = "info"
    sentence = f"{share:.0%} of the error correction is used up before the picture is printed"
    return Finding("damage", severity, sentence, points, _smaller_logo(evidence)) if points else None


def wrong_modules(evidence: Evidence) -> Finding | None:
    """Charge for modules that look dark for light; refuse it where a reader learns how to read the symbol."""
    wrong = evidence.polarity.wrong
    if not wrong:
        return None
    symbol = evidence.composition.symbol
    hit = assess(symbol.version, symbol.level, wrong).patterns & VITAL
    sentence = f"{len(wrong)} modules look dark where they should be light, or the other way round"
    if hit:
        said = f"{sentence}, some of them in the {' and '.join(sorted(hit))} pattern"
        return Finding("wrong-modules", "refuse", said, REFUSED_POINTS, None)
    return Finding("wrong-modules", "warn", sentence, WRONG_POINTS, None)


def fitting_size(design: Design, artwork: Artwork | None, symbol: Symbol, most: float) -> float | None:
    """Return the largest size, below the one of a design, at which its logo costs at most so much of a symbol."""
    name = design.logo.name
    drawn = logos.load(name, color=design.logo.color, ink=design.modules.color) if name else artwork
    if drawn is None:
        return None
    for step in range(1, round((design.logo.size - logo.SIZE_MIN) / SIZE_STEP) + 1):
        size = round(design.logo.size - step * SIZE_STEP, 2)
        try:
            placement = logo.place(drawn, design.logo.model_copy(update={"size": size}), symbol_size=symbol.size)
        except RenderingError:  # its padding leaves nothing of it, and less in smaller sizes
            return None
        damage = assess(symbol.version, symbol.level, placement.cleared)
        if damage.share <= most and not damage.patterns & VITAL:
            return size
    return None


def _smaller_logo(evidence: Evidence) -> Remedy | None:
    size = fitting_size(evidence.design, evidence.artwork, evidence.composition.symbol, DAMAGE_FREE_TO)
    return Remedy(f"make the logo smaller: a size of {size:g}", 0, {"logo": {"size": size}}) if size else None
