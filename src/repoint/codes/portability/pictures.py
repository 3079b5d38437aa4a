"""Pictures of all codes, a few at a time."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from repoint.codes import code as code_ids
from repoint.codes import logos
from repoint.codes.artwork import PictureSize, draw
from repoint.codes.portability.rows import Source, batches
from repoint.codes.table import codes
from repoint.kit.db import Tx
from repoint.kit.errors import DomainError
from repoint.kit.ids import prefixed
from repoint.kit.zip_writing import ZipWriter
from repoint.links.table import links

Format = Literal["svg", "png", "pdf"]
LIST = "pictures.jsonl"
AT_ONCE = 20
_DRAWN = (codes.c.id, codes.c.title, codes.c.text, codes.c.design, links.c.domain, links.c.slug)


@dataclass(frozen=True, slots=True)
class Drawable:
    """A code, as far as its picture goes."""

    serial: int
    id: UUID
    title: str
    payload: str
    design: Mapping[str, Any]
    logo: bytes | None


def following(tx: Tx, source: Source, *, after: int) -> Sequence[Drawable]:
    """The codes behind a serial that are drawn next."""
    found = next(batches(tx, source, _DRAWN, after=after, limit=AT_ONCE), [])
    return [
        Drawable(
            row.serial,
            row.id,
            row.title,
            source.space.short_url(row.domain, row.slug) if row.slug is not None else row.text,
            row.design,
            _logo(tx, source.org, row.design),
        )
        for row in found
    ]


def draw_into(archive: ZipWriter, code: Drawable, fmt: Format) -> str:
    """Draw one code into the archive; gives its line of `pictures.jsonl`."""
    code_id = prefixed(code_ids.PREFIX, code.id)
    try:
        picture = draw(code.payload, code.design, PictureSize(fmt), logo=code.logo, title=code.title)
    except DomainError as error:
        return json.dumps({"code": code_id, "file": None, "problem": str(error)}) + "\n"
    written = archive.add(f"pictures/{code_id}.{fmt}", picture.body)
    return json.dumps({"code": code_id, "file": written.name, "sha256": written.sha256}) + "\n"


def _logo(tx: Tx, org: UUID, design: Mapping[str, Any]) -> bytes | None:
    image = logos.named_in(design)
    return None if image is None else logos.artwork_of(tx, org, image).body
