"""The built-in logos, by name.

`builtin.json` holds for each name its colour (null for a sign that belongs to no brand, and is drawn in the colour of
the modules) and its paths, in SVG path data and drawing order. Where each comes from is in `docs/logos.md`.
"""

import json
from functools import cache, lru_cache
from importlib import resources

from repoint.rendering.artwork import Drawing, Piece, assembled
from repoint.rendering.scene import Solid
from repoint.rendering.svg_import.paths import Budget, parse

TOLERANCE = 0.05  # of a hull, in a view of 24 by 24


@cache
def names() -> tuple[str, ...]:
    """Return the names of all built-in logos."""
    return tuple(_entries())


@lru_cache(maxsize=256)
def load(name: str, *, color: str | None, ink: str) -> Drawing:
    """Return a built-in logo in a colour; without one in the brand's own, which for a plain sign is the `ink`."""
    own_color, data = _entries()[name]
    subpaths = parse(data, Budget())
    return assembled([Piece(Solid(color or own_color or ink), subpaths)], tolerance=TOLERANCE)


@cache
def _entries() -> dict[str, tuple[str | None, str]]:
    read = json.loads(resources.files(__name__).joinpath("builtin.json").read_text("utf-8"))
    return {name: (entry["color"], entry["path"]) for name, entry in read.items()}
