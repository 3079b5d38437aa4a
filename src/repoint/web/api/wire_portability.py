"""How the native API writes the result of an import down."""

from typing import Self

from pydantic import BaseModel, Field

from repoint.codes.portability.progress import ImportState


class CountsOut(BaseModel):
    """What became of the rows of one file; `unchanged` were there already."""

    created: int
    unchanged: int
    conflicts: int


class LeftOut(BaseModel):
    """A row that was not taken in."""

    file: str = Field(examples=["codes.jsonl"])
    row: int = Field(description="From 1.")
    code: str = Field(examples=["slug_taken"])
    reason: str = Field(examples=["The slug 'menu' is taken here. Slugs are never reused."])


class ImportOut(BaseModel):
    """An import that has ended."""

    id: str = Field(examples=["import_01JZ8Q4XK7T9V2M5N6P8R0S3W1"])
    domains: CountsOut
    logos: CountsOut
    designs: CountsOut
    folders: CountsOut
    tags: CountsOut
    codes: CountsOut
    conflicts: list[LeftOut] = Field(description="The first 500 of them.")

    @classmethod
    def of(cls, state: ImportState) -> Self:
        """What came of an import, written down."""
        counts = {
            f"{kind}s": CountsOut(created=each.created, unchanged=each.unchanged, conflicts=each.conflicts)
            for kind, each in state.counts.items()
        }
        left = [LeftOut(file=each.file, row=each.row, code=each.code, reason=each.reason) for each in state.conflicts]
        return cls(id=state.public_id, conflicts=left, **counts)
