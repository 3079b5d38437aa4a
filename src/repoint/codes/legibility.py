"""Whether a picture scans, and the nearest design that does."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from repoint import rendering
from repoint.codes.artwork import PictureSize, image_of, invalid
from repoint.rendering import legibility
from repoint.rendering.legibility import Legibility

_PLAIN = rendering.Options()


@dataclass(frozen=True, slots=True)
class Mended:
    """A complete design, the sentences that say what was changed, and how well it reads now."""

    design: Mapping[str, Any]
    changes: tuple[str, ...]
    verdict: Legibility


def judge(
    payload: str,
    design: Mapping[str, Any],
    size: PictureSize,
    *,
    logo: bytes | None,
    options: rendering.Options = _PLAIN,
    surround: str | None = None,
) -> Legibility:
    """How well the picture reads, measured on the picture itself; takes some 50 ms of a processor.

    `surround` is the colour that it will lie on, None when nobody knows.

    Raises:
        Invalid: the design, the size or the surround; or a payload that fits no symbol.
    """
    try:
        made_for = _product(size, options, surround)
        return legibility.check(payload, rendering.parse(design), made_for, image=image_of(logo))
    except rendering.RenderingError as error:
        raise invalid(error) from None


def mend(
    payload: str,
    design: Mapping[str, Any],
    size: PictureSize,
    *,
    logo: bytes | None,
    options: rendering.Options = _PLAIN,
    surround: str | None = None,
) -> Mended:
    """The design itself where it passes, else the nearest one that does; takes up to a second of a processor.

    The verdict does not pass where no design could: the size asked for is too small for the payload.

    Raises:
        Invalid: as `judge`.
    """
    try:
        made_for = _product(size, options, surround)
        repaired = legibility.repair(payload, rendering.parse(design), made_for, image=image_of(logo))
    except rendering.RenderingError as error:
        raise invalid(error) from None
    return Mended(rendering.complete(repaired.design), repaired.changes, repaired.verdict)


def _product(size: PictureSize, options: rendering.Options, surround: str | None) -> legibility.Product:
    return legibility.product(
        fmt=size.fmt,
        size_px=size.size_px,
        width_mm=size.width_mm,
        dpi=size.dpi,
        surround=surround,
        options=options,
    )
