"""The corner shapes that another product numbers `version1` to `version17`.

QR Code Generator PRO names the look of a whole finder pattern by a number. Its page shows two of them: `version1` is
square throughout, `version17` a rounded ring with a round eye. The other numbers are ours: first every shape with
itself, then the pairs of two shapes that go well together. No two numbers look the same.
"""

from collections.abc import Mapping
from types import MappingProxyType

from repoint.rendering.design import CornerShape

# Outer ring and inner eye.
CORNER_VERSIONS: Mapping[str, tuple[CornerShape, CornerShape]] = MappingProxyType(
    {
        "version1": ("square", "square"),
        "version2": ("rounded", "rounded"),
        "version3": ("extra-rounded", "extra-rounded"),
        "version4": ("circle", "circle"),
        "version5": ("leaf", "leaf"),
        "version6": ("leaf-mirrored", "leaf-mirrored"),
        "version7": ("cut", "cut"),
        "version8": ("one-corner", "one-corner"),
        "version9": ("square", "rounded"),
        "version10": ("square", "circle"),
        "version11": ("rounded", "square"),
        "version12": ("circle", "square"),
        "version13": ("extra-rounded", "circle"),
        "version14": ("leaf", "circle"),
        "version15": ("one-corner", "circle"),
        "version16": ("cut", "square"),
        "version17": ("rounded", "circle"),
    }
)


def version_of(outer: CornerShape, inner: CornerShape) -> str | None:
    """Return the number that stands for a pair of shapes, None when none does."""
    return _VERSIONS.get((outer, inner))


_VERSIONS = {pair: version for version, pair in CORNER_VERSIONS.items()}
