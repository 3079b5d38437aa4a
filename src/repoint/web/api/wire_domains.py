"""How the native API writes domains down."""

from collections.abc import Sequence
from typing import Literal, Self

from pydantic import BaseModel, Field

from repoint.kit.pages import Page
from repoint.links.domain_table import HOST_MAX
from repoint.links.domains import Domain
from repoint.web.api.wire import Request, Time


class NewDomain(Request):
    """A host that is to carry short links."""

    host: str = Field(
        min_length=1, max_length=HOST_MAX, examples=["go.example.com"], description="International names too."
    )


class DomainPatch(Request):
    """What is to change."""

    default: bool = Field(description="Whether links that name no domain are made on this one.")


class DnsRecord(BaseModel):
    """The record to set; it proves who owns the host."""

    type: Literal["TXT"] = "TXT"
    name: str = Field(examples=["_repoint.go.example.com"])
    value: str = Field(examples=["repoint-verification=Yk9xS2J0bXlQb0V4YXdzZ2Q0"])


class DomainOut(BaseModel):
    """A domain of the organisation; it serves short links once it is verified."""

    id: str = Field(examples=["domain_01JZ8Q4XK7T9V2M5N6P8R0S3W1"])
    host: str = Field(description="In ASCII (xn--... where it is international).")
    status: Literal["pending", "verified"]
    default: bool
    record: DnsRecord
    problem: str | None = Field(description="What the last check found wrong.", examples=[None])
    checked_at: Time | None
    verified_at: Time | None
    version: int
    created_at: Time
    updated_at: Time

    @classmethod
    def of(cls, domain: Domain) -> Self:
        """A domain, written down."""
        name, value = domain.record
        return cls(
            id=domain.public_id,
            host=domain.host,
            status="pending" if domain.verified_at is None else "verified",
            default=domain.is_default,
            record=DnsRecord(name=name, value=value),
            problem=domain.problem,
            checked_at=domain.checked_at,
            verified_at=domain.verified_at,
            version=domain.version,
            created_at=domain.created_at,
            updated_at=domain.updated_at,
        )


class DomainPageOut(BaseModel):
    """A page of domains, newest first; `shared` are the operator's, which every organisation can use."""

    data: list[DomainOut]
    next_cursor: str | None
    shared: list[str] = Field(examples=[["go.example.net"]])

    @classmethod
    def of(cls, page: Page[Domain], shared: Sequence[str]) -> Self:
        """A page, written down."""
        data = [DomainOut.of(domain) for domain in page.items]
        return cls(data=data, next_cursor=page.next_cursor, shared=list(shared))
