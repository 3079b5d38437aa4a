"""The picture of a code, and which designs can be drawn."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache, lru_cache
from importlib.metadata import version
from typing import Any

from repoint import rendering
from repoint.codes.code import Code
from repoint.kit.errors import Invalid
from repoint.links.space import LinkSpace
from repoint.rendering import logo_import
from repoint.rendering.sizes import PRINT_DPI, SIZE_PX_MAX

# Whatever of these changes may change a picture's bytes.
_DRAWN_BY = ("repoint", "zxing-cpp", "pypdfium2", "pillow", "uharfbuzz")
# A picture of 8,192 pixels a side, which takes up to half a gigabyte while it is drawn: one at a time.
LARGEST_LOAD_PX = SIZE_PX_MAX**2

_PLAIN = rendering.Options()
_RASTER = ("png", "jpg", "webp")
_LOAD_PX_MIN = 1024**2
# How the API calls what rendering calls otherwise.
_FIELDS = {"size_px": "size"}


@dataclass(frozen=True, slots=True)
class PictureSize:
    """How large and in which format; what is None takes the format's default."""

    fmt: str = "svg"
    size_px: int | None = None
    width_mm: float | None = None
    dpi: int | None = None

    @property
    def load_px(self) -> int:
        """What drawing it weighs, in pixels; formats without pixels weigh as little as small pictures."""
        if self.fmt not in _RASTER:
            return _LOAD_PX_MIN
        width_px = self.size_px or (self.width_mm or 0) / 25.4 * (self.dpi or PRINT_DPI)
        return max(min(round(width_px), SIZE_PX_MAX) ** 2, _LOAD_PX_MIN)


def check_design(design: Mapping[str, Any]) -> dict[str, Any]:
    """A design with every default filled in.

    Raises:
        Invalid: unknown names (with the nearest known one), or values that cannot be.
    """
    try:
        return rendering.complete(rendering.parse(design))
    except rendering.RenderingError as error:
        raise invalid(error) from None


def patch_design(present: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """The present design with the patch merged in key by key; null puts a value back to its default (RFC 7396).

    Raises:
        Invalid: as `check_design`.
    """
    try:
        return rendering.complete(rendering.patched(rendering.parse(present), patch))
    except rendering.RenderingError as error:
        raise invalid(error) from None


def check_drawable(payload: str, design: Mapping[str, Any], *, logo: bytes | None, text_field: str) -> None:
    """Let pass a payload that some symbol holds in this design, logo and frame included.

    Raises:
        Invalid: none does; a payload that is too long is the mistake of `text_field`.
    """
    try:
        rendering.draw(payload, rendering.parse(design), image=image_of(logo))
    except rendering.RenderingError as error:
        raise Invalid(text_field if error.field == "text" else error.field, error.reason) from None


def payload_of(code: Code, space: LinkSpace) -> str:
    """What the symbol says: the short link, or a static code's text."""
    if code.slug is not None:
        return space.short_url(code.domain, code.slug)
    assert code.text is not None
    return code.text


def backup_of(code: Code) -> str:
    """What a static backup says: the destination itself, which works without this installation; or the text."""
    payload = code.destination if code.text is None else code.text
    assert payload is not None
    return payload


def draw(
    payload: str,
    design: Mapping[str, Any],
    size: PictureSize,
    *,
    logo: bytes | None = None,
    title: str = "",
    options: rendering.Options = _PLAIN,
) -> rendering.Picture:
    """The picture of any payload; `logo` is the artwork that the design names.

    Takes milliseconds of a processor; not for the event loop.

    Raises:
        Invalid: the design, the size, or a payload that fits no symbol.
    """
    try:
        return rendering.picture(
            payload,
            rendering.parse(design),
            fmt=size.fmt,
            image=image_of(logo),
            size_px=size.size_px,
            width_mm=size.width_mm,
            dpi=size.dpi,
            title=title or None,
            options=options,
        )
    except rendering.RenderingError as error:
        raise invalid(error) from None


def tag_of(
    payload: str,
    design: Mapping[str, Any],
    size: PictureSize,
    *,
    logo_sha256: bytes | None,
    title: str,
    options: rendering.Options = _PLAIN,
    is_checked: bool = False,
) -> str:
    """The strong ETag, quotes included, of what `draw` would give: equal arguments give equal bytes (RFC 9110, 8.8.3).

    `design` is complete, so that a default is the same whether it was written or not.
    """
    parts = (payload, design, asdict(size), (logo_sha256 or b"").hex(), title, asdict(options), is_checked, _versions())
    spelled = json.dumps(parts, sort_keys=True, separators=(",", ":"))
    return f'"{hashlib.sha256(spelled.encode()).hexdigest()[:32]}"'


@lru_cache(maxsize=8)
def image_of(logo: bytes | None) -> rendering.Artwork | None:
    """The artwork in a file of our own making, as `codes.logos` keeps it; kept for the next picture."""
    return None if logo is None else logo_import.read(logo)


def invalid(error: rendering.RenderingError) -> Invalid:
    """What a refusal by rendering is to the caller."""
    return Invalid(_FIELDS.get(error.field, error.field), error.reason)


@cache
def _versions() -> tuple[str, ...]:
    return tuple(version(name) for name in _DRAWN_BY)
