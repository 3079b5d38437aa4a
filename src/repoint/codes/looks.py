"""Designs and whether they can be shown, each worked out once."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from repoint.accounts.actor import Actor
from repoint.codes import logos
from repoint.codes.artwork import check_drawable
from repoint.codes.draft import Styling
from repoint.codes.styling import is_plain, styled
from repoint.kit.db import Tx
from repoint.kit.errors import DomainError

# ISO/IEC 18004:2015, 7.4: which characters a symbol can hold in fewer bits than a byte. Runs shorter than these are
# never worth a segment of their own (clause 7.4.1 and annex J: the header of a segment costs more than they save).
_DIGITS = re.compile(r"[0-9]{4}")
_ALPHANUMERIC = re.compile(r"[0-9A-Z$%*+./:-]{5}")
_KINDS = str.maketrans({**dict.fromkeys("0123456789", "0"), **dict.fromkeys("ABCDEFGHIJKLMNOPQRSTUVWXYZ$%*+./:-", "A")})


@dataclass(frozen=True, slots=True)
class Look:
    """A complete design, and its JSON as the database keeps it."""

    design: Mapping[str, Any]
    text: str


class Looks:
    """What `styled` and `check_shown` answer within one transaction, remembered.

    Thousands of codes commonly share one design, and drawing it takes milliseconds in which nobody else can write.
    """

    def __init__(self, tx: Tx, actor: Actor) -> None:
        self._tx = tx
        self._actor = actor
        self._looks: dict[tuple[str | None, str, bytes], Look | DomainError] = {}
        self._refusals: dict[tuple[str, str], DomainError | None] = {}

    def of(self, styling: Styling) -> Look:
        """The complete design.

        Raises:
            Invalid: something of the design cannot be.
            NotFound: the organisation has no such design, or not the logo that the design names.
        """
        logo = hashlib.sha256(styling.logo.artwork).digest() if styling.logo else b""
        key = (styling.design_id, json.dumps(styling.design or {}, sort_keys=True), logo)
        if key not in self._looks:
            try:
                design = styled(self._tx, self._actor, styling, present=None)
                self._looks[key] = Look(design, json.dumps(design))
            except DomainError as refusal:
                self._looks[key] = refusal
        known = self._looks[key]
        if isinstance(known, DomainError):
            raise known
        return known

    def check_link(self, look: Look, short_url: str) -> None:
        """Let pass a design that can show this short link; links that take the same bits share one answer.

        Raises:
            Invalid: it cannot.
        """
        if not is_plain(look.design):
            self._check(look, short_url, key=_shape(short_url), text_field="design")

    def check_text(self, look: Look, text: str) -> None:
        """Let pass a design that can show this text.

        Raises:
            Invalid: it cannot.
        """
        self._check(look, text, key=f"={text}", text_field="content.text")

    def _check(self, look: Look, payload: str, *, key: str, text_field: str) -> None:
        known = (look.text, key)
        if known not in self._refusals:
            image = logos.named_in(look.design)
            artwork = logos.artwork_of(self._tx, self._actor.org, image).body if image else None
            try:
                check_drawable(payload, look.design, logo=artwork, text_field=text_field)
                self._refusals[known] = None
            except DomainError as refusal:
                self._refusals[known] = refusal
        if (refused := self._refusals[known]) is not None:
            raise refused


def _shape(short_url: str) -> str:
    """Equal for short links that take the same number of bits in every symbol."""
    head, _, slug = short_url.rpartition("/")
    is_of_bytes = slug.isascii() and not _DIGITS.search(slug) and not _ALPHANUMERIC.search(f"/{slug}")
    return f"{head}/{len(slug)}" if is_of_bytes else f"{head}/{slug.translate(_KINDS)}"
