"""Rows of an archive of a stranger, read with distrust."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from repoint.codes import code as code_ids
from repoint.codes import designs as stored_designs
from repoint.codes import draft as drafts
from repoint.codes import folders as stored_folders
from repoint.codes import logos as stored_logos
from repoint.codes import tags as stored_tags
from repoint.codes.artwork import check_design
from repoint.codes.code import TEXT_MAX, TITLE_MAX
from repoint.kit.clock import EPOCH
from repoint.kit.errors import Invalid, NotFound
from repoint.kit.ids import parse_prefixed
from repoint.links import destination as destinations
from repoint.links import domains as link_domains
from repoint.links import host as hosts
from repoint.links.domain_table import HOST_MAX

VERSION_MAX = 2**31 - 1
YEAR_MAX = 9000
# As the redirect knows them: shorter than a new one may be, of the form of drawn ones, or reserved since.
_SLUG = re.compile(r"[A-Za-z0-9_-]{1,64}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class InDomain:
    """A short domain."""

    id: UUID
    host: str


@dataclass(frozen=True, slots=True)
class InLogo:
    """A logo; `file` is the entry that holds its artwork."""

    id: UUID
    name: str
    media_type: str
    file: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class InDesign:
    """A stored design; complete, with the logo that the source calls so."""

    id: UUID
    name: str
    design: Mapping[str, Any]
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class InFolder:
    """A folder, in the one that the source calls so."""

    id: UUID
    parent_id: UUID | None
    name: str
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class InTag:
    """A tag."""

    id: UUID
    name: str
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class InCode:
    """A code: `text` or `slug`, `domain` and `destination`."""

    id: UUID
    title: str
    tags: tuple[str, ...]
    folder_id: UUID | None
    design: Mapping[str, Any]
    text: str | None
    slug: str | None
    domain: str
    destination: str | None
    is_paused: bool
    grace_until: datetime | None
    version: int
    created_at: datetime
    updated_at: datetime


InRow = InDomain | InLogo | InDesign | InFolder | InTag | InCode


class Said:
    """A JSON object whose fields are asked for by what they have to be; each refusal is an `Invalid`."""

    def __init__(self, line: bytes) -> None:
        try:
            said = json.loads(line.decode(), parse_constant=_no_number)
        except (ValueError, RecursionError):
            raise Invalid("line", "is not JSON in UTF-8") from None
        if not isinstance(said, dict):
            raise Invalid("line", "is not a JSON object")
        self._said: dict[str, Any] = said

    def text(self, name: str, *, most: int) -> str:
        """A text."""
        value = self._said.get(name)
        if not isinstance(value, str):
            raise Invalid(name, "must be a text")
        if len(value) > most:
            raise Invalid(name, f"must have at most {most} characters; this has {len(value)}")
        return value

    def optional(self, name: str, *, most: int) -> str | None:
        """A text, or null."""
        return None if self._said.get(name) is None else self.text(name, most=most)

    def flag(self, name: str) -> bool:
        """True or false."""
        value = self._said.get(name)
        if not isinstance(value, bool):
            raise Invalid(name, "must be true or false")
        return value

    def version(self) -> int:
        """A version."""
        value = self._said.get("version")
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= VERSION_MAX:
            raise Invalid("version", f"must be a whole number, 1 to {VERSION_MAX}")
        return value

    def moment(self, name: str) -> datetime:
        """A time of RFC 3339, cut to milliseconds."""
        try:
            value = datetime.fromisoformat(self.text(name, most=40)).astimezone(UTC)
        except (ValueError, OverflowError):
            raise Invalid(name, "must be a time such as 2026-11-20T10:00:00Z") from None
        if not EPOCH <= value < EPOCH.replace(year=YEAR_MAX):
            raise Invalid(name, f"must lie between the years 1970 and {YEAR_MAX}")
        return value.replace(microsecond=value.microsecond // 1000 * 1000)

    def optional_moment(self, name: str) -> datetime | None:
        """A time, or null."""
        return None if self._said.get(name) is None else self.moment(name)

    def identity(self, prefix: str) -> UUID:
        """The id."""
        try:
            return parse_prefixed(prefix, self.text("id", most=100), kind=prefix)
        except NotFound:
            raise Invalid("id", f"must be {prefix}_ and a ULID") from None

    def texts(self, name: str) -> list[str]:
        """A list of texts."""
        value = self._said.get(name)
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise Invalid(name, "must be a list of texts")
        return value

    def folder(self, name: str, has: Callable[[str], bool]) -> UUID | None:
        """A folder of the archive that stands before this row, or null."""
        value = self.optional(name, most=100)
        if value is None:
            return None
        if not has(value):
            raise Invalid(name, f"names the folder {value[:60]!r}, which does not stand before it in the archive")
        return stored_folders.id_of(value)

    def design(self, logos: Callable[[str], bool]) -> Mapping[str, Any]:
        """A complete design, whose logo is one of the archive's."""
        value = self._said.get("design")
        if not isinstance(value, dict):
            raise Invalid("design", "must be an object")
        design = _complete(json.dumps(value, sort_keys=True))
        image = stored_logos.named_in(design)
        if image is not None and not logos(image):
            raise Invalid("design.logo.image", f"names the logo {image[:60]!r}, which is not in the archive")
        return design


def read_domain(said: Said, _: Callable[[str], bool]) -> InDomain:
    """A row of `domains.jsonl`."""
    host = said.text("host", most=HOST_MAX)
    if not hosts.is_name(host):
        raise Invalid("host", "must be a host name")
    return InDomain(said.identity(link_domains.PREFIX), host)


def read_logo(said: Said, _: Callable[[str], bool]) -> InLogo:
    """A row of `logos.jsonl`."""
    media_type, sha256 = said.text("media_type", most=32), said.text("sha256", most=64)
    ending = {"image/svg+xml": "svg", "image/png": "png"}.get(media_type)
    if ending is None or not _SHA256.fullmatch(sha256):
        raise Invalid("media_type", "must be image/svg+xml or image/png, beside a SHA-256 in hexadecimal")
    name = drafts.check_title(said.text("name", most=TITLE_MAX), field="name") or drafts.LOGO_NAME_DEFAULT
    created_at = said.moment("created_at")
    return InLogo(said.identity(stored_logos.PREFIX), name, media_type, f"logos/{sha256}.{ending}", created_at)


def read_design(said: Said, logos: Callable[[str], bool]) -> InDesign:
    """A row of `designs.jsonl`."""
    return InDesign(
        said.identity(stored_designs.PREFIX),
        drafts.check_title(said.text("name", most=TITLE_MAX), field="name"),
        said.design(logos),
        said.version(),
        said.moment("created_at"),
        said.moment("updated_at"),
    )


def read_folder(said: Said, has: Callable[[str], bool]) -> InFolder:
    """A row of `folders.jsonl`."""
    return InFolder(
        said.identity(stored_folders.PREFIX),
        said.folder("parent_id", has),
        stored_folders.checked_name(said.text("name", most=TITLE_MAX)),
        said.version(),
        said.moment("created_at"),
        said.moment("updated_at"),
    )


def read_tag(said: Said, _: Callable[[str], bool]) -> InTag:
    """A row of `tags.jsonl`."""
    (name,) = drafts.check_tags([said.text("name", most=TITLE_MAX)])
    return InTag(
        said.identity(stored_tags.PREFIX), name, said.version(), said.moment("created_at"), said.moment("updated_at")
    )


def read_code(said: Said, has: Callable[[str], bool]) -> InCode:
    """A row of `codes.jsonl`."""
    text, slug, domain, destination = _aim(said)
    return InCode(
        id=said.identity(code_ids.PREFIX),
        title=drafts.check_title(said.text("title", most=TITLE_MAX)),
        tags=tuple(drafts.check_tags(said.texts("tags"))),
        folder_id=said.folder("folder_id", has),
        design=said.design(has),
        text=text,
        slug=slug,
        domain=domain,
        destination=destination,
        is_paused=said.flag("paused"),
        grace_until=said.optional_moment("grace_until"),
        version=said.version(),
        created_at=said.moment("created_at"),
        updated_at=said.moment("updated_at"),
    )


def _aim(said: Said) -> tuple[str | None, str | None, str, str | None]:
    """Text, slug, domain and destination: the first alone, or all the others."""
    kind = said.text("type", most=16)
    if kind == "static":
        return drafts.check_text(said.text("text", most=TEXT_MAX)), None, "", None
    if kind != "dynamic":
        raise Invalid("type", "must be 'dynamic' or 'static'")
    slug = said.text("slug", most=64)
    if not _SLUG.fullmatch(slug):
        raise Invalid("slug", "must have 1 to 64 characters, each a letter A to Z, a digit, '-' or '_'")
    domain = said.optional("domain", most=HOST_MAX) or ""
    if domain and (not hosts.is_name(domain) or domain != domain.lower() or domain.endswith(".")):
        raise Invalid("domain", "must be a host name in lower case, or null")
    destination = said.text("destination", most=destinations.LENGTH_MAX)
    return None, slug, domain, destinations.check(destination, own_origins=())


@lru_cache(512)
def _complete(design: str) -> Mapping[str, Any]:
    return check_design(json.loads(design))


def _no_number(name: str) -> Any:
    raise ValueError(name)
