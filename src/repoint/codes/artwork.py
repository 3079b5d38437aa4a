"""The picture of a code, and which designs can be drawn."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from repoint import rendering
from repoint.codes.code import Code
from repoint.kit.errors import Invalid
from repoint.links.space import LinkSpace


@dataclass(frozen=True, slots=True)
class PictureSize:
    """How large and in which format; what is None takes the format's default."""

    fmt: str = "svg"
    size_px: int | None = None
    width_mm: float | None = None
    dpi: int | None = None


def check_design(design: Mapping[str, Any]) -> dict[str, Any]:
    """A design with every default filled in.

    Raises:
        Invalid: unknown names (with the nearest known one), or values that cannot be.
    """
    try:
        return rendering.complete(rendering.parse(design))
    except rendering.RenderingError as error:
        raise Invalid(error.field, error.reason) from None


def patch_design(present: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """The present design with the patch merged in key by key; null puts a value back to its default (RFC 7396).

    Raises:
        Invalid: as `check_design`.
    """
    try:
        return rendering.complete(rendering.patched(rendering.parse(present), patch))
    except rendering.RenderingError as error:
        raise Invalid(error.field, error.reason) from None


def check_text_fits(text: str, design: Mapping[str, Any]) -> None:
    """Let pass a text that some symbol holds at the design's error-correction level.

    Raises:
        Invalid: none does.
    """
    try:
        rendering.draw(text, rendering.parse(design))
    except rendering.RenderingError as error:
        raise Invalid("content.text" if error.field == "text" else error.field, error.reason) from None


def payload_of(code: Code, space: LinkSpace) -> str:
    """What the symbol says: the short link, or a static code's text."""
    if code.slug is not None:
        return space.short_url(code.domain, code.slug)
    assert code.text is not None
    return code.text


def draw(payload: str, design: Mapping[str, Any], size: PictureSize, *, title: str = "") -> rendering.Picture:
    """The picture of any payload. Takes milliseconds of a processor; not for the event loop.

    Raises:
        Invalid: the design, the size, or a payload that fits no symbol.
    """
    try:
        return rendering.picture(
            payload,
            rendering.parse(design),
            fmt=size.fmt,
            size_px=size.size_px,
            width_mm=size.width_mm,
            dpi=size.dpi,
            title=title or None,
        )
    except rendering.RenderingError as error:
        raise Invalid(error.field, error.reason) from None
