"""How the native API writes organisations, members, invitations and keys down."""

from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, BaseModel, BeforeValidator, Field, StringConstraints

from repoint.accounts import invitations, key_ring, keys
from repoint.accounts.actor import Role, Scope
from repoint.accounts.audit import Entry
from repoint.accounts.invitations import Invitation
from repoint.accounts.key_ring import NewKey
from repoint.accounts.keys import Key
from repoint.accounts.members import Member
from repoint.accounts.organisations import EMAIL_MAX, NAME_MAX, Organisation
from repoint.kit.pages import Page
from repoint.links.space import LinkSpace
from repoint.web.api.wire import Request, Time, no_default, spelled_out

# Without its zone, the end of a key could be meant for another hour.
End = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(spelled_out)]
Name = Annotated[str, Field(min_length=1, max_length=NAME_MAX, examples=["Ada Lovelace"])]
Email = Annotated[
    str,
    StringConstraints(max_length=EMAIL_MAX, pattern=r"^[^@\s]+@[^@\s]+$"),
    Field(examples=["ada@example.com"]),
]
RoleWord = Literal["viewer", "editor", "admin", "owner"]
ScopeWord = Literal["read", "write", "admin"]
RateLimit = Annotated[int, Field(ge=1, le=keys.RATE_LIMIT_MAX, description="Requests a minute; null for the plan's.")]
Label = Annotated[str, Field(min_length=1, max_length=keys.LABEL_MAX, examples=["till 7"])]


class OrganisationOut(BaseModel):
    """An organisation."""

    id: str = Field(examples=["org_01JZ8Q4XK7T9V2M5N6P8R0S3W1"])
    name: str
    created_at: Time
    version: int

    @classmethod
    def of(cls, org: Organisation) -> Self:
        """An organisation, written down."""
        return cls(id=org.public_id, name=org.name, created_at=org.created_at, version=org.version)


class OrganisationPatch(Request):
    """What is to change."""

    name: str = Field("", min_length=1, max_length=NAME_MAX, examples=["Acme"], json_schema_extra=no_default)


class MemberOut(BaseModel):
    """A member of the organisation."""

    id: str = Field(examples=["user_01JZ8Q4XK7T9V2M5N6P8R0S3W1"])
    name: str
    email: str | None
    role: RoleWord
    joined_at: Time
    version: int

    @classmethod
    def of(cls, member: Member) -> Self:
        """A member, written down."""
        return cls(
            id=member.public_id,
            name=member.name,
            email=member.email,
            role=member.role.value,
            joined_at=member.joined_at,
            version=member.version,
        )


class MemberPageOut(BaseModel):
    """A page of members, newest user first; `next_cursor` is null on the last."""

    data: list[MemberOut]
    next_cursor: str | None

    @classmethod
    def of(cls, page: Page[Member]) -> Self:
        """A page, written down."""
        return cls(data=[MemberOut.of(member) for member in page.items], next_cursor=page.next_cursor)


class MemberPatch(Request):
    """What is to change."""

    role: RoleWord = Field("viewer", examples=["editor"], json_schema_extra=no_default)

    def wanted(self) -> Role | None:
        """The role that is asked for."""
        return Role(self.role) if "role" in self.model_fields_set else None


class NewInvitation(Request):
    """Whom to invite."""

    email: Email
    role: RoleWord
    expires_in_days: int = Field(invitations.DAYS_DEFAULT, ge=1, le=invitations.DAYS_MAX)


class InvitationOut(BaseModel):
    """An invitation that nobody has accepted yet."""

    id: str = Field(examples=["invitation_01JZ8Q4XK7T9V2M5N6P8R0S3W1"])
    email: str
    role: RoleWord
    invited_by: str
    created_at: Time
    expires_at: Time
    version: int

    @classmethod
    def of(cls, invitation: Invitation) -> Self:
        """An invitation, written down."""
        return cls(**_told(invitation))


class InvitationMadeOut(InvitationOut):
    """A new invitation, with the link that is shown this once."""

    url: str = Field(
        description="The link to hand over. It is shown this once.",
        examples=["https://qr.example/join#rpi_2Dq8vWk9RfT3mXyZ5hNb7LcPa4sJe1uBQ6wK8"],
    )
    token: str = Field(
        description="What the link holds; `POST /invitations/accept` takes it.",
        examples=["rpi_2Dq8vWk9RfT3mXyZ5hNb7LcPa4sJe1uBQ6wK8"],
    )

    @classmethod
    def made(cls, invitation: Invitation, token: str, space: LinkSpace) -> Self:
        """An invitation and its link, written down; behind the `#` the token gets into no log."""
        return cls(**_told(invitation), url=f"{space.public_url}/join#{token}", token=token)


class InvitationPageOut(BaseModel):
    """A page of invitations, newest first; `next_cursor` is null on the last."""

    data: list[InvitationOut]
    next_cursor: str | None

    @classmethod
    def of(cls, page: Page[Invitation]) -> Self:
        """A page, written down."""
        return cls(data=[InvitationOut.of(each) for each in page.items], next_cursor=page.next_cursor)


class NewKeyIn(Request):
    """A key to make."""

    label: Label
    scope: ScopeWord
    rate_limit_per_minute: RateLimit | None = None
    expires_at: End | None = None

    def wanted(self) -> NewKey:
        """What is asked for."""
        return NewKey(self.label, Scope[self.scope.upper()], self.rate_limit_per_minute, self.expires_at)


class KeyPatch(Request):
    """What is to change; a field that is left out stays as it is."""

    label: Label = Field("", json_schema_extra=no_default)
    scope: ScopeWord = Field("read", json_schema_extra=no_default)
    rate_limit_per_minute: RateLimit | None = Field(None, json_schema_extra=no_default)
    expires_at: End | None = Field(None, json_schema_extra=no_default)

    def wanted(self) -> dict[str, Any]:
        """What is asked for."""
        given = self.model_dump(exclude_unset=True)
        return given | ({"scope": Scope[given["scope"].upper()]} if "scope" in given else {})


class Rotation(Request):
    """How a key is to be rotated."""

    overlap_hours: int = Field(
        key_ring.OVERLAP_HOURS_DEFAULT,
        ge=0,
        le=key_ring.OVERLAP_HOURS_MAX,
        examples=[48],
        description="How long the present token works beside the new one.",
    )


class KeyOut(BaseModel):
    """A key, without its token."""

    id: str = Field(examples=["key_01JZ8Q4XK7T9V2M5N6P8R0S3W1"])
    label: str
    scope: ScopeWord
    rate_limit_per_minute: int | None
    expires_at: Time | None
    last_used_at: Time | None = Field(description="To the minute.")
    previous_token_until: Time | None = Field(description="Until then the token before the last rotation works too.")
    created_by: str = Field(examples=["user_01JZ8Q4XK7T9V2M5N6P8R0S3W1", "cli"])
    created_at: Time
    revoked_at: Time | None
    version: int

    @classmethod
    def of(cls, key: Key) -> Self:
        """A key, written down."""
        return cls(**_shown(key))


class KeyMadeOut(KeyOut):
    """A key with its token, which is shown this once."""

    token: str = Field(
        description="The key itself. It is shown this once; only its hash is kept.",
        examples=["rp_2Dq8vWk9RfT3mXyZ5hNb7LcPa4sJe1uBQ6wK8M"],
    )

    @classmethod
    def made(cls, key: Key, token: str) -> Self:
        """A key and its token, written down."""
        return cls(**_shown(key), token=token)


class KeyPageOut(BaseModel):
    """A page of keys, newest first, revoked ones too; `next_cursor` is null on the last."""

    data: list[KeyOut]
    next_cursor: str | None

    @classmethod
    def of(cls, page: Page[Key]) -> Self:
        """A page, written down."""
        return cls(data=[KeyOut.of(key) for key in page.items], next_cursor=page.next_cursor)


class EntryOut(BaseModel):
    """One change."""

    number: int = Field(description="Counts the organisation's changes from 1, without a gap.")
    at: Time
    who: str = Field(
        description="`key_...`, `user_...`, `cli`, `server` or `system`.", examples=["user_01JZ8Q4XK7T9V2M5N6P8R0S3W1"]
    )
    action: str = Field(examples=["key.created"])
    subject: str = Field(description="The id of what was changed.", examples=["key_01JZ8Q4XK7T9V2M5N6P8R0S3W1"])
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
            subject=entry.subject,
            before=dict(entry.before) if entry.before is not None else None,
            after=dict(entry.after) if entry.after is not None else None,
        )


class LogPageOut(BaseModel):
    """A page of changes, newest first; `next_cursor` is null on the last."""

    data: list[EntryOut]
    next_cursor: str | None

    @classmethod
    def of(cls, page: Page[Entry]) -> Self:
        """A page, written down."""
        return cls(data=[EntryOut.of(entry) for entry in page.items], next_cursor=page.next_cursor)


def _told(invitation: Invitation) -> dict[str, Any]:
    return {
        "id": invitation.public_id,
        "email": invitation.email,
        "role": invitation.role.value,
        "invited_by": invitation.invited_by,
        "created_at": invitation.created_at,
        "expires_at": invitation.expires_at,
        "version": invitation.version,
    }


def _shown(key: Key) -> dict[str, Any]:
    return {
        "id": key.public_id,
        "label": key.label,
        "scope": key.scope.word,
        "rate_limit_per_minute": key.rate_limit_per_minute,
        "expires_at": key.expires_at,
        "last_used_at": key.last_used_at,
        "previous_token_until": key.previous_until,
        "created_by": key.created_by,
        "created_at": key.created_at,
        "revoked_at": key.revoked_at,
        "version": key.version,
    }
