"""How the native API writes down who is asking."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field

from repoint.accounts import passwords
from repoint.accounts.actor import Actor
from repoint.accounts.keys import Key
from repoint.accounts.organisations import NAME_MAX, Organisation
from repoint.accounts.sessions import Membership, Session
from repoint.accounts.users import User
from repoint.web.api.wire import Request, Time, no_default
from repoint.web.api.wire_accounts import Email, KeyOut, OrganisationOut, RoleWord, ScopeWord

Password = Annotated[
    str,
    Field(
        min_length=passwords.LENGTH_MIN,
        max_length=passwords.LENGTH_MAX,
        examples=["a sentence nobody else would take"],
    ),
]
PresentPassword = Annotated[
    str, Field(min_length=1, max_length=passwords.LENGTH_MAX, examples=["the sentence from before"])
]
Token = Annotated[str, Field(min_length=1, max_length=200, examples=["rpi_..."])]


class SignIn(Request):
    """Who signs in."""

    email: Email
    password: PresentPassword


class SessionPatch(Request):
    """What is to change."""

    organisation_id: str = Field(max_length=100, examples=["org_01JZ8Q4XK7T9V2M5N6P8R0S3W1"])


class Acceptance(Request):
    """Who accepts an invitation: a new user with a name and a new password, or a user there is with the present one.

    Whoever is signed in sends the token alone.
    """

    token: Token
    name: Annotated[str, Field(min_length=1, max_length=NAME_MAX)] | None = None
    password: PresentPassword | None = None


class MePatch(Request):
    """What is to change; a new password needs the present one."""

    name: str = Field("", min_length=1, max_length=NAME_MAX, json_schema_extra=no_default)
    password: Password = Field("", json_schema_extra=no_default)
    present_password: PresentPassword = Field("", json_schema_extra=no_default)


class UserOut(BaseModel):
    """A user."""

    id: str = Field(examples=["user_01JZ8Q4XK7T9V2M5N6P8R0S3W1"])
    name: str
    email: str | None
    created_at: Time
    version: int

    @classmethod
    def of(cls, user: User) -> Self:
        """A user, written down."""
        return cls(
            id=user.public_id, name=user.name, email=user.email, created_at=user.created_at, version=user.version
        )


class MembershipOut(BaseModel):
    """An organisation that the user belongs to."""

    id: str = Field(examples=["org_01JZ8Q4XK7T9V2M5N6P8R0S3W1"])
    name: str
    role: RoleWord

    @classmethod
    def of(cls, membership: Membership) -> Self:
        """A membership, written down."""
        return cls(id=membership.public_id, name=membership.name, role=membership.role.value)


class MeOut(BaseModel):
    """Who is asking, in which organisation, and what they may do."""

    kind: Literal["key", "user"] = Field(examples=["user"])
    organisation: OrganisationOut
    scope: ScopeWord
    role: RoleWord | None = Field(description="Of a user; a key has none.")
    key: KeyOut | None
    user: UserOut | None
    organisations: list[MembershipOut] = Field(description="All that the user belongs to.")

    @classmethod
    def of_key(cls, actor: Actor, org: Organisation, key: Key) -> Self:
        """A key, written down."""
        return cls(
            kind="key",
            organisation=OrganisationOut.of(org),
            scope=actor.scope.word,
            role=None,
            key=KeyOut.of(key),
            user=None,
            organisations=[],
        )

    @classmethod
    def of_user(cls, actor: Actor, org: Organisation, user: User, memberships: list[Membership]) -> Self:
        """A signed-in user, written down."""
        return cls(
            kind="user",
            organisation=OrganisationOut.of(org),
            scope=actor.scope.word,
            role=actor.role.value if actor.role else None,
            key=None,
            user=UserOut.of(user),
            organisations=[MembershipOut.of(each) for each in memberships],
        )


class SessionOut(MeOut):
    """A session: who is signed in, and until when."""

    created_at: Time
    idle_until: Time = Field(description="When it ends if it is not used before.")
    ends_at: Time = Field(description="When it ends, however much it is used.")
    version: int

    @classmethod
    def of(cls, session: Session, me: MeOut) -> Self:
        """A session, written down."""
        return cls(
            **{name: getattr(me, name) for name in MeOut.model_fields},
            created_at=session.created_at,
            idle_until=session.idle_until,
            ends_at=session.ends_at,
            version=session.version,
        )
