"""Whether a picture scans, how well, and what would help.

verdict = check("https://example.com", design, product(fmt="pdf", width_mm=20))
verdict.grade, verdict.as_json()
repaired = repair("https://example.com", design)
"""

from repoint.rendering.legibility.check import check
from repoint.rendering.legibility.product import Product, product
from repoint.rendering.legibility.repair import Repaired, repair
from repoint.rendering.legibility.verdict import Finding, Legibility, Measures, PrintSize, Reached, Remedy

__all__ = [
    "Finding",
    "Legibility",
    "Measures",
    "PrintSize",
    "Product",
    "Reached",
    "Remedy",
    "Repaired",
    "check",
    "product",
    "repair",
]
