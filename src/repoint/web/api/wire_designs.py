"""How the native API writes logos and stored designs down."""

from typing import Any, Self

from pydantic import BaseModel, Field

from repoint.codes.designs import StoredDesign
from repoint.codes.logos import Logo
from repoint.codes.styling_tables import NAME_MAX
from repoint.kit.pages import Page
from repoint.links.space import LinkSpace
from repoint.web.api.wire import DesignPatch, Request, Time, no_default


class LogoOut(BaseModel):
    """A logo: our own artwork of what was uploaded, which is not kept."""

    id: str = Field(examples=["logo_01JZ8Q4XK7T9V2M5N6P8R0S3W1"], description="What `design.logo.image` names.")
    name: str
    media_type: str = Field(examples=["image/png", "image/svg+xml"])
    size_bytes: int
    sha256: str = Field(description="Of the artwork, in hexadecimal.")
    image_url: str
    version: int
    created_at: Time

    @classmethod
    def of(cls, logo: Logo, space: LinkSpace) -> Self:
        """A logo, written down."""
        return cls(
            id=logo.public_id,
            name=logo.name,
            media_type=logo.media_type,
            size_bytes=logo.size_bytes,
            sha256=logo.sha256.hex(),
            image_url=f"{space.public_url}/api/v1/logos/{logo.public_id}/image",
            version=logo.version,
            created_at=logo.created_at,
        )


class LogoPatch(Request):
    """A logo's new name."""

    name: str = Field(min_length=1, max_length=NAME_MAX, examples=["Acme"])


class LogoPageOut(BaseModel):
    """A page of logos, newest first; `next_cursor` is null on the last."""

    data: list[LogoOut]
    next_cursor: str | None

    @classmethod
    def of(cls, page: Page[Logo], space: LinkSpace) -> Self:
        """A page, written down."""
        return cls(data=[LogoOut.of(logo, space) for logo in page.items], next_cursor=page.next_cursor)


class NewDesign(Request):
    """A design to store."""

    name: str = Field(min_length=1, max_length=NAME_MAX, examples=["Spring campaign"])
    design: DesignPatch = Field(default_factory=dict)


class StoredDesignPatch(Request):
    """What is to change; a field that is left out stays as it is, and the design is merged key by key (RFC 7396)."""

    name: str = Field("", min_length=1, max_length=NAME_MAX, json_schema_extra=no_default)
    design: DesignPatch = Field(default_factory=dict)


class DesignOut(BaseModel):
    """A stored design, every value filled in."""

    id: str = Field(examples=["design_01JZ8Q4XK7T9V2M5N6P8R0S3W1"], description="What `design_id` of a code takes.")
    name: str
    design: dict[str, Any]
    version: int
    created_at: Time
    updated_at: Time

    @classmethod
    def of(cls, stored: StoredDesign) -> Self:
        """A design, written down."""
        return cls(
            id=stored.public_id,
            name=stored.name,
            design=dict(stored.design),
            version=stored.version,
            created_at=stored.created_at,
            updated_at=stored.updated_at,
        )


class DesignPageOut(BaseModel):
    """A page of designs, newest first; `next_cursor` is null on the last."""

    data: list[DesignOut]
    next_cursor: str | None

    @classmethod
    def of(cls, page: Page[StoredDesign]) -> Self:
        """A page, written down."""
        return cls(data=[DesignOut.of(stored) for stored in page.items], next_cursor=page.next_cursor)


class PresetOut(BaseModel):
    """A design that is good as it is."""

    name: str
    design: dict[str, Any]


class PresetsOut(BaseModel):
    """All presets."""

    data: list[PresetOut]
