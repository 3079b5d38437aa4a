"""What a code is to be, before it is one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from repoint.codes.code import TAG_MAX, TAGS_MAX, TEXT_MAX, TITLE_MAX
from repoint.kit.errors import Invalid
from repoint.kit.folding import name_key
from repoint.kit.storable import storable

LOGO_NAME_DEFAULT = "Logo"


@dataclass(frozen=True, slots=True)
class NewLogo:
    """Clean artwork that is to become a logo, with the name its owner knows it by."""

    media_type: str
    artwork: bytes
    name: str = LOGO_NAME_DEFAULT


@dataclass(frozen=True, slots=True)
class Styling:
    """Which design: a stored one by its id, a patch over it, and a logo in it; None leaves a thing as it is."""

    design_id: str | None = None
    design: Mapping[str, Any] | None = None
    logo: NewLogo | None = None


@dataclass(frozen=True, slots=True)
class DynamicDraft:
    """A code that redirects; `slug` and `domain` None mean "choose for me" and "the default one"."""

    destination: str
    title: str = ""
    slug: str | None = None
    domain: str | None = None
    tags: tuple[str, ...] = ()
    folder_id: str | None = None
    design: Mapping[str, Any] = field(default_factory=dict)
    design_id: str | None = None
    logo: NewLogo | None = None

    @property
    def styling(self) -> Styling:
        """Which design is asked for."""
        return Styling(self.design_id, self.design, self.logo)


@dataclass(frozen=True, slots=True)
class StaticDraft:
    """A code that holds its text itself."""

    text: str
    title: str = ""
    tags: tuple[str, ...] = ()
    folder_id: str | None = None
    design: Mapping[str, Any] = field(default_factory=dict)
    design_id: str | None = None
    logo: NewLogo | None = None

    @property
    def styling(self) -> Styling:
        """Which design is asked for."""
        return Styling(self.design_id, self.design, self.logo)


Draft = DynamicDraft | StaticDraft


def check_title(title: str, *, field: str = "title") -> str:
    """A title, or another name, that fits.

    Raises:
        Invalid: too long, or not text.
    """
    if len(title) > TITLE_MAX:
        raise Invalid(field, f"must have at most {TITLE_MAX} characters; this has {len(title)}")
    return storable(field, title)


def check_tags(tags: Iterable[str]) -> list[str]:
    """Tags without their outer spaces, each once whatever its case, sorted.

    Raises:
        Invalid: empty, too long, or too many.
    """
    given = [storable("tags", tag.strip()) for tag in tags]
    kept = sorted({name_key(tag): tag for tag in reversed(given)}.values())
    if len(kept) > TAGS_MAX:
        raise Invalid("tags", f"must be at most {TAGS_MAX}; these are {len(kept)}")
    for tag in kept:
        if not 1 <= len(tag) <= TAG_MAX:
            raise Invalid("tags", f"must have 1 to {TAG_MAX} characters each; {tag[:60]!r} has {len(tag)}")
    return kept


def check_text(text: str) -> str:
    """A text that a symbol can hold at all; a design can leave less room.

    Raises:
        Invalid: empty, too long for the largest symbol, or not text.
    """
    size = len(storable("content.text", text).encode())
    if not 1 <= size <= TEXT_MAX:
        raise Invalid("content.text", f"must have 1 to {TEXT_MAX} bytes of UTF-8; this has {size}")
    return text
