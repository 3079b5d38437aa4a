"""How the native API writes codes and answers down."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, PlainSerializer, Tag, model_validator
from pydantic_core import PydanticCustomError

from repoint.analytics.answer import Answer
from repoint.analytics.query import Interval
from repoint.codes import folders
from repoint.codes.code import TAG_MAX, TAGS_MAX, TEXT_MAX, TITLE_MAX, Code
from repoint.codes.draft import Draft, DynamicDraft, StaticDraft
from repoint.codes.edit import Edit
from repoint.codes.folders import TOP
from repoint.codes.listing import TOTAL_MAX
from repoint.kit.clock import rfc3339
from repoint.links import slug
from repoint.links.destination import LENGTH_MAX
from repoint.links.space import LinkSpace
from repoint.rendering import MEDIA_TYPES
from repoint.web.api.sentences import NAME_CHARACTERS_MAX, sendable, unknown_field


def spelled_out(value: Any) -> Any:
    """A time is a text: a number could be seconds or milliseconds."""
    if not isinstance(value, str) or re.fullmatch(r"\s*[-+]?[0-9.]+(e[-+]?[0-9]+)?\s*", value, re.IGNORECASE):
        raise PydanticCustomError("datetime_type", "must be a time")
    return value


Time = Annotated[datetime, PlainSerializer(rfc3339, return_type=str)]
Moment = Annotated[datetime, BeforeValidator(spelled_out)]
Title = Annotated[str, Field(max_length=TITLE_MAX, examples=["Spring"])]
Destination = Annotated[
    str,
    Field(
        min_length=8,
        max_length=LENGTH_MAX,
        pattern=r"^[Hh][Tt][Tt][Pp][Ss]?://",
        examples=["https://example.com/spring"],
    ),
]
Tags = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=TAG_MAX)]],
    Field(max_length=TAGS_MAX, examples=[["q2", "print"]]),
]
DesignPatch = Annotated[
    dict[str, Any],
    Field(description="Design: only what differs from the defaults.", examples=[{"modules": {"shape": "dots"}}]),
]

DesignId = Annotated[
    str, Field(max_length=100, description="A stored design: copied, and `design` merged into the copy.")
]
FolderId = Annotated[
    str,
    Field(
        min_length=1,
        max_length=100,
        description="The folder in which the code lies; null for none.",
        examples=["folder_01JZ8Q4XK7T9V2M5N6P8R0S3W1"],
    ),
]
LogoUrl = Annotated[
    str,
    Field(max_length=LENGTH_MAX, description="A logo that is fetched once; only public addresses are called."),
]


class Request(BaseModel):
    """A body that is read; a field it does not know is refused with the nearest one it does."""

    model_config = ConfigDict(extra="forbid", strict=True)

    # What is said of the fields that another kind of the same thing has.
    of_another_kind: ClassVar[Mapping[str, str]] = {}

    @model_validator(mode="before")
    @classmethod
    def _know_every_field(cls, value: Any) -> Any:
        if isinstance(value, Mapping):
            for name in value:
                if name not in cls.model_fields:
                    hint = cls.of_another_kind.get(name) or unknown_field(name, list(cls.model_fields))
                    field = sendable(name[:NAME_CHARACTERS_MAX])
                    raise PydanticCustomError("unknown_field", "{hint}", {"field": field, "hint": hint})
        return value


class TextContent(Request):
    """A text that the symbol itself holds."""

    kind: Literal["text"] = "text"
    text: str = Field(min_length=1, max_length=TEXT_MAX)


class DynamicCodeIn(Request):
    """A code that redirects and can be repointed."""

    of_another_kind: ClassVar[Mapping[str, str]] = {"content": "is of a static code; send `type` as 'static' for one"}

    type: Literal["dynamic"] = "dynamic"
    destination: Destination
    title: Title | None = None
    slug: str | None = Field(
        None, min_length=slug.CUSTOM_MIN, max_length=slug.CUSTOM_MAX, pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$"
    )
    domain: str | None = Field(
        None, max_length=253, description="A short domain that the organisation may use; null for its default."
    )
    tags: Tags = Field(default_factory=list)
    folder_id: FolderId | None = None
    design: DesignPatch = Field(default_factory=dict)
    design_id: DesignId | None = None
    logo_url: LogoUrl | None = None

    def draft(self) -> Draft:
        """What is asked for."""
        return DynamicDraft(
            destination=self.destination,
            title=self.title or "",
            slug=self.slug,
            domain=self.domain,
            tags=tuple(self.tags),
            folder_id=self.folder_id,
            design=self.design,
            design_id=self.design_id,
        )


class StaticCodeIn(Request):
    """A code that holds a text for ever."""

    of_another_kind: ClassVar[Mapping[str, str]] = dict.fromkeys(
        ("destination", "slug", "domain"), "is of a dynamic code; a static one holds its text itself, in `content`"
    )

    type: Literal["static"]
    content: TextContent
    title: Title | None = None
    tags: Tags = Field(default_factory=list)
    folder_id: FolderId | None = None
    design: DesignPatch = Field(default_factory=dict)
    design_id: DesignId | None = None
    logo_url: LogoUrl | None = None

    def draft(self) -> Draft:
        """What is asked for."""
        return StaticDraft(
            text=self.content.text,
            title=self.title or "",
            tags=tuple(self.tags),
            folder_id=self.folder_id,
            design=self.design,
            design_id=self.design_id,
        )


def _type_of(value: Any) -> Any:
    return value.get("type", "dynamic") if isinstance(value, Mapping) else getattr(value, "type", "dynamic")


CodeIn = Annotated[
    Annotated[DynamicCodeIn, Tag("dynamic")] | Annotated[StaticCodeIn, Tag("static")], Discriminator(_type_of)
]


def no_default(schema: dict[str, Any]) -> None:
    """Take the default out of a field's schema: leaving a field out of a patch means something else."""
    schema.pop("default", None)


class CodePatch(Request):
    """What is to change; a field that is left out stays as it is, and a design is merged key by key (RFC 7396)."""

    destination: Destination = Field("", json_schema_extra=no_default)
    title: Title | None = Field(None, json_schema_extra=no_default)
    status: Literal["active", "paused"] = Field("active", json_schema_extra=no_default)
    tags: Tags = Field(default_factory=list)
    folder_id: FolderId | None = Field(None, json_schema_extra=no_default)
    design: DesignPatch = Field(default_factory=dict)
    design_id: DesignId = Field("", json_schema_extra=no_default)
    logo_url: LogoUrl | None = Field(None, json_schema_extra=no_default)

    def edit(self) -> Edit:
        """What is asked for."""
        given = self.model_dump(exclude_unset=True, exclude={"logo_url"})
        if "title" in given:
            given["title"] = given["title"] or ""
        if "tags" in given:
            given["tags"] = tuple(given["tags"])
        if "folder_id" in given:
            given["folder_id"] = given["folder_id"] or TOP
        return Edit(**given)


class ScansOut(BaseModel):
    """Scans since creation; `unique` are different people."""

    people: int
    bots: int
    unique: int


class CodeOut(BaseModel):
    """A QR code."""

    id: str = Field(examples=["qr_01JZ8Q4XK7T9V2M5N6P8R0S3W1"])
    serial: int
    type: Literal["dynamic", "static"]
    status: Literal["active", "paused", "grace", "expired"]
    title: str
    destination: str | None
    content: TextContent | None
    slug: str | None
    domain: str | None
    short_url: str | None
    tags: list[str]
    folder_id: str | None
    design: dict[str, Any]
    scans: ScansOut
    grace_until: Time | None
    version: int
    image_urls: dict[str, str]
    created_at: Time
    updated_at: Time

    @classmethod
    def of(cls, code: Code, space: LinkSpace, now: datetime) -> Self:
        """A code as it is at this moment."""
        image = f"{space.public_url}/api/v1/qr-codes/{code.public_id}/image"
        return cls(
            id=code.public_id,
            serial=code.serial,
            type=code.type,
            status=code.status(now),
            title=code.title,
            destination=code.destination,
            content=TextContent(text=code.text) if code.text is not None else None,
            slug=code.slug,
            domain=code.domain or None,
            short_url=space.short_url(code.domain, code.slug) if code.slug is not None else None,
            tags=list(code.tags),
            folder_id=None if code.folder_id is None else folders.public_id_of(code.folder_id),
            design=dict(code.design),
            scans=ScansOut(people=code.totals.people, bots=code.totals.bots, unique=code.totals.unique),
            grace_until=code.grace_until,
            version=code.version,
            image_urls={fmt: f"{image}?format={fmt}" for fmt in MEDIA_TYPES},
            created_at=code.created_at,
            updated_at=code.updated_at,
        )


class ListedCodeOut(CodeOut):
    """A QR code in a list."""

    image_url: str = Field("", description="The address of its PNG; with `include=image_url` alone.")


class PageOut(BaseModel):
    """A page of codes; `next_cursor` is null on the last. `total` stands there with `include=total` alone."""

    data: list[ListedCodeOut]
    next_cursor: str | None
    total: int = Field(
        0, description=f"How many codes there are on all pages; {TOTAL_MAX:,} is the most that is counted."
    )
    total_is_exact: bool = Field(default=True, description="False where there are more.")


class SparsePageOut(BaseModel):
    """A page of codes with the fields that were asked for."""

    data: list[dict[str, Any]]
    next_cursor: str | None
    total: int = 0
    total_is_exact: bool = True


class Range(BaseModel):
    """From `from` (included) to `to` (not included), at whole intervals in UTC."""

    model_config = ConfigDict(validate_by_name=True, serialize_by_alias=True)

    start: Time = Field(alias="from")
    end: Time = Field(alias="to")


class TotalsOut(BaseModel):
    """Scans in the range; `all` is people and bots together."""

    all: int
    people: int
    bots: int
    unique: int


class PointOut(BaseModel):
    """One interval of the series; `unique` are the different people in it."""

    time: Time
    people: int
    bots: int
    unique: int


class UniqueMethod(BaseModel):
    """How "unique" was counted."""

    visitor: Literal["lifetime"] = Field(
        description="lifetime: one combination of address and user agent on this code, kept as a keyed hash."
    )
    totals: str = Field(examples=["distinct-since-creation"], description="How the range's `unique` was counted.")
    series: str = Field(examples=["distinct-in-interval"], description="How a point's `unique` was counted.")
    explanation: str


class AnalyticsOut(BaseModel):
    """What was scanned, when, by people and by bots."""

    range: Range
    interval: Interval
    tz: Literal["UTC"]
    totals: TotalsOut
    series: list[PointOut]
    unique_method: UniqueMethod

    @classmethod
    def of(cls, answer: Answer) -> Self:
        """An answer, written down."""
        return cls(
            range=Range(start=answer.query.start, end=answer.query.end),
            interval=answer.query.interval,
            tz="UTC",
            totals=TotalsOut(
                all=answer.people + answer.bots, people=answer.people, bots=answer.bots, unique=answer.unique
            ),
            series=[
                PointOut(time=point.time, people=point.people, bots=point.bots, unique=point.unique)
                for point in answer.series
            ],
            unique_method=UniqueMethod(
                visitor="lifetime",
                totals=answer.unique_count.value,
                series="distinct-in-interval",
                explanation=answer.unique_count.explanation,
            ),
        )
