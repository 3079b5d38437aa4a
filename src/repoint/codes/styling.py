"""Which design a code gets: given, stored, patched, with a logo."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from repoint.accounts.actor import Actor
from repoint.codes import logos
from repoint.codes.artwork import check_design, check_drawable, patch_design, payload_of
from repoint.codes.code import Code
from repoint.codes.designs import get_design
from repoint.codes.draft import Styling
from repoint.kit.db import Tx
from repoint.links.space import LinkSpace


def styled(tx: Tx, actor: Actor, styling: Styling, *, present: Mapping[str, Any] | None) -> dict[str, Any]:
    """The complete design, every default filled in; `present` is what a code has already.

    Raises:
        Invalid: something of the design cannot be.
        NotFound: the organisation has no such design, or not the logo that the design names.
    """
    base = get_design(tx, actor, styling.design_id).design if styling.design_id is not None else present
    patch = styling.design or {}
    design = check_design(patch) if base is None else patch_design(base, patch)
    if styling.logo is not None:
        return with_logo(design, logos.add_logo(tx, actor, styling.logo)[0].public_id)
    if (image := logos.named_in(design)) is not None:
        logos.get_logo(tx, actor, image)
    return design


def with_logo(design: Mapping[str, Any], public_id: str | None) -> dict[str, Any]:
    """The design with this logo of the organisation, or with none at all."""
    return patch_design(design, {"logo": {"name": None, "image": public_id}})


def check_shown(tx: Tx, code: Code, *, org: UUID, design: Mapping[str, Any], space: LinkSpace) -> None:
    """Let pass a design that can show what a code says: a logo may cost too much, a frame's text be too long.

    Raises:
        Invalid: it cannot.
    """
    if is_plain(design) and code.text is None:
        return  # every symbol holds a short link, and drawing takes milliseconds in which nobody else can write
    image = logos.named_in(design)
    check_drawable(
        payload_of(code, space),
        design,
        logo=logos.artwork_of(tx, org, image).body if image else None,
        text_field="design" if code.text is None else "content.text",
    )


def is_plain(design: Mapping[str, Any]) -> bool:
    """Whether a complete design has neither a logo nor a frame, so that it can show every short link."""
    return not logos.named_in(design) and not design["logo"]["name"] and design["frame"]["style"] == "none"
