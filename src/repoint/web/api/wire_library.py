"""How the native API writes folders, tags and histories down."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field

from repoint.accounts.audit import Entry
from repoint.codes import folders
from repoint.codes.code import TAG_MAX
from repoint.codes.explain import Explanation, Outcome, Reason, Visitor
from repoint.codes.folders import TOP, Folder
from repoint.codes.library_tables import NAME_MAX
from repoint.codes.tags import Tag
from repoint.kit.pages import Page
from repoint.web.api.wire import Moment, Request, Time, no_default

FolderName = Annotated[str, Field(min_length=1, max_length=NAME_MAX, examples=["Spring campaign"])]
ParentId = Annotated[
    str, Field(min_length=1, max_length=100, description="The folder in which it lies; null for the top.")
]


class NewFolder(Request):
    """A folder to make."""

    name: FolderName
    parent_id: ParentId | None = None


class FolderPatch(Request):
    """What is to change; a field that is left out stays as it is."""

    name: FolderName = Field("", json_schema_extra=no_default)
    parent_id: ParentId | None = Field(None, json_schema_extra=no_default)

    def changes(self) -> dict[str, str]:
        """What is asked for, as `edit_folder` takes it."""
        return {name: value or TOP for name, value in self.model_dump(exclude_unset=True).items()}


class FolderOut(BaseModel):
    """A folder; `codes` counts those that lie in it itself and are not deleted."""

    id: str = Field(examples=["folder_01JZ8Q4XK7T9V2M5N6P8R0S3W1"])
    name: str
    parent_id: str | None
    codes: int
    version: int
    created_at: Time
    updated_at: Time

    @classmethod
    def of(cls, folder: Folder) -> Self:
        """A folder, written down."""
        return cls(
            id=folder.public_id,
            name=folder.name,
            parent_id=None if folder.parent_id is None else folders.public_id_of(folder.parent_id),
            codes=folder.codes,
            version=folder.version,
            created_at=folder.created_at,
            updated_at=folder.updated_at,
        )


class FolderPageOut(BaseModel):
    """A page of folders, newest first; `next_cursor` is null on the last."""

    data: list[FolderOut]
    next_cursor: str | None

    @classmethod
    def of(cls, page: Page[Folder]) -> Self:
        """A page, written down."""
        return cls(data=[FolderOut.of(folder) for folder in page.items], next_cursor=page.next_cursor)


class TagPatch(Request):
    """A tag's new name."""

    name: str = Field(min_length=1, max_length=TAG_MAX, examples=["print"])


class TagMerge(Request):
    """The tag that stays."""

    into: str = Field(max_length=100, examples=["tag_01JZ8Q4XK7T9V2M5N6P8R0S3W1"])


class TagOut(BaseModel):
    """A tag; `codes` counts those that have it and are not deleted."""

    id: str = Field(examples=["tag_01JZ8Q4XK7T9V2M5N6P8R0S3W1"])
    name: str
    codes: int
    version: int
    created_at: Time
    updated_at: Time

    @classmethod
    def of(cls, tag: Tag) -> Self:
        """A tag, written down."""
        return cls(
            id=tag.public_id,
            name=tag.name,
            codes=tag.codes,
            version=tag.version,
            created_at=tag.created_at,
            updated_at=tag.updated_at,
        )


class TagPageOut(BaseModel):
    """A page of tags by name; `next_cursor` is null on the last."""

    data: list[TagOut]
    next_cursor: str | None

    @classmethod
    def of(cls, page: Page[Tag]) -> Self:
        """A page, written down."""
        return cls(data=[TagOut.of(tag) for tag in page.items], next_cursor=page.next_cursor)


class HistoryEntryOut(BaseModel):
    """One change: what is different, from both sides; values of a design by their dotted path."""

    number: int = Field(description="What `/rollback` takes as `to`.")
    at: Time
    who: str = Field(
        description="`key_...`, `user_...`, `cli` or `server`.", examples=["key_01JZ8Q4XK7T9V2M5N6P8R0S3W1"]
    )
    action: str = Field(examples=["code.repointed"])
    before: dict[str, Any] | None
    after: dict[str, Any] | None

    @classmethod
    def of(cls, entry: Entry) -> Self:
        """An entry, written down."""
        return cls(
            number=entry.number,
            at=entry.at,
            who=entry.who,
            action=entry.action,
            before=None if entry.before is None else dict(entry.before),
            after=None if entry.after is None else dict(entry.after),
        )


class HistoryPageOut(BaseModel):
    """A page of changes, newest first; `next_cursor` is null on the last."""

    data: list[HistoryEntryOut]
    next_cursor: str | None

    @classmethod
    def of(cls, page: Page[Entry]) -> Self:
        """A page, written down."""
        return cls(data=[HistoryEntryOut.of(entry) for entry in page.items], next_cursor=page.next_cursor)


class RollbackIn(Request):
    """Where to go back to."""

    to: int = Field(ge=1, le=2**53, examples=[3], description="The `number` of an entry of the code's history.")


class VisitorIn(Request):
    """Who scans; whatever is left out or null is not known, and the time is now."""

    country: str | None = Field(None, pattern=r"^[A-Za-z]{2}$", examples=["DE"])
    language: str | None = Field(None, max_length=35, pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$", examples=["de"])
    device: Literal["mobile", "tablet", "desktop"] | None = None
    time: Moment | None = Field(None, strict=False, examples=["2026-12-24T18:00:00Z"])

    def visitor(self) -> Visitor:
        """Who is asked about."""
        return Visitor(self.country, self.language, self.device, self.time)


class ExplanationOut(BaseModel):
    """What the visitor gets: a redirect to `destination`, a page that says paused or gone, or the text itself."""

    outcome: Outcome
    reason: Reason
    destination: str | None
    text: str | None
    rule: str | None = Field(description="The rule that decided; null where the code's own destination did.")
    explanation: str
    time: Time

    @classmethod
    def of(cls, explained: Explanation) -> Self:
        """An explanation, written down."""
        return cls(
            outcome=explained.outcome,
            reason=explained.reason,
            destination=explained.destination,
            text=explained.text,
            rule=explained.rule,
            explanation=explained.sentence,
            time=explained.time,
        )
