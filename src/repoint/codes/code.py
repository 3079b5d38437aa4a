"""A QR code as its owner sees it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from repoint.kit.ids import parse_prefixed, prefixed
from repoint.scans.totals import Totals

PREFIX = "qr"
KIND = "QR code"
TITLE_MAX = 150
TAGS_MAX = 50
TAG_MAX = 50
TEXT_MAX = 2953  # bytes in version 40-L, byte mode (ISO/IEC 18004:2015, table 7)

Status = Literal["active", "paused", "grace", "expired"]
Type = Literal["dynamic", "static"]
JsonObject = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Code:
    """A dynamic code has a link (`link_id`, `domain`, `slug`, `destination`), a static one a text.

    `design` has every default filled in. `serial` is the decimal id. `version` counts changes from 1.
    `grace_until` is set once the code is deleted: until then it still redirects.
    """

    id: UUID
    serial: int
    title: str
    tags: tuple[str, ...]
    folder_id: UUID | None
    design: JsonObject
    text: str | None
    link_id: int | None
    domain: str
    slug: str | None
    destination: str | None
    is_paused: bool
    grace_until: datetime | None
    version: int
    created_at: datetime
    updated_at: datetime
    totals: Totals

    @property
    def type(self) -> Type:
        """`dynamic` or `static`."""
        return "static" if self.link_id is None else "dynamic"

    @property
    def public_id(self) -> str:
        """`qr_` and a ULID."""
        return prefixed(PREFIX, self.id)

    def status(self, now: datetime) -> Status:
        """What the code is at this moment."""
        if self.grace_until is not None:
            return "grace" if now < self.grace_until else "expired"
        return "paused" if self.is_paused else "active"


def id_of(public_id: str) -> UUID:
    """The id behind `qr_` and a ULID.

    Raises:
        NotFound: no code can have it.
    """
    return parse_prefixed(PREFIX, public_id, kind=KIND)
