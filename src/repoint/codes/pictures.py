"""What a picture is made of, read in one transaction."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from repoint import rendering
from repoint.accounts.actor import Actor, Scope
from repoint.codes import logos
from repoint.codes.artwork import invalid
from repoint.codes.code import Code
from repoint.codes.draft import Styling
from repoint.codes.find import get_code
from repoint.codes.logos import Artwork
from repoint.codes.styling import styled, with_logo
from repoint.kit.db import Tx

GIVEN_LOGO = "given"  # what the design of a picture names its logo where that is not kept


@dataclass(frozen=True, slots=True)
class Look:
    """A complete design, and the artwork of the logo that it names."""

    design: Mapping[str, Any]
    logo: Artwork | None


def code_with_look(tx: Tx, actor: Actor, public_id: str) -> tuple[Code, Look]:
    """A code and what its picture is made of.

    Raises:
        NotFound: the organisation has no such code.
    """
    code = get_code(tx, actor, public_id)
    return code, _look(tx, actor, code.design)


def look(tx: Tx, actor: Actor, styling: Styling, *, preset: str | None) -> Look:
    """What a picture of anything is made of: a preset or a stored design, a patch over it, a logo that is not kept.

    Raises:
        Invalid: something of the design cannot be.
        NotFound: the organisation has no such design, or not the logo that the design names.
    """
    actor.require(Scope.READ)
    given = styling.logo
    design = styled(tx, actor, replace(styling, logo=None), present=None if preset is None else _preset(preset))
    if given is None:
        return _look(tx, actor, design)
    sha256 = hashlib.sha256(given.artwork).digest()
    return Look(with_logo(design, GIVEN_LOGO), Artwork(given.media_type, sha256, given.artwork))


def presets() -> Mapping[str, Mapping[str, Any]]:
    """The designs that are good as they are, complete, by name."""
    return {name: _preset(name) for name in rendering.PRESETS}


def design_schema() -> dict[str, Any]:
    """The JSON Schema of everything that a design takes."""
    return rendering.schema()


def _preset(name: str) -> dict[str, Any]:
    try:
        return rendering.complete(rendering.preset(name))
    except rendering.RenderingError as error:
        raise invalid(error) from None


def _look(tx: Tx, actor: Actor, design: Mapping[str, Any]) -> Look:
    image = logos.named_in(design)
    return Look(design, None if image is None else logos.artwork_of(tx, actor.org, image))
