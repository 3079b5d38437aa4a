"""What a file may carry that only some formats can."""

from dataclasses import dataclass

from repoint.rendering.emit.pdf import BLEED_MM_MAX
from repoint.rendering.errors import Unrenderable


@dataclass(frozen=True, slots=True)
class Options:
    """A description for screen readers (svg, pdf), inks for printing (pdf, eps), bleed and crop marks (pdf)."""

    description: str | None = None
    cmyk: bool = False
    bleed_mm: float = 0
    crop_marks: bool = False


def check(options: Options, fmt: str) -> None:
    """Let pass what the format can carry; Unrenderable names the option that it cannot, or the bound."""
    if options.cmyk and fmt not in ("pdf", "eps"):
        raise Unrenderable("cmyk", f"is for pdf and eps; {fmt} has colours for screens only")
    if options.bleed_mm and fmt != "pdf":
        raise Unrenderable("bleed_mm", f"is for pdf; {fmt} has no edge to cut along")
    if options.crop_marks and fmt != "pdf":
        raise Unrenderable("crop_marks", f"are for pdf; {fmt} has no edge to cut along")
    # Written so that NaN, which compares as false, is refused.
    if not 0 <= options.bleed_mm <= BLEED_MM_MAX:
        raise Unrenderable("bleed_mm", f"must be 0 to {BLEED_MM_MAX}")
