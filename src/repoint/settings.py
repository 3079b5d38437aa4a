"""Every setting, read once from the environment, frozen."""

from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from repoint.kit import dns_txt
from repoint.kit.errors import Invalid
from repoint.links import destination
from repoint.links import host as hosts

ENV_PREFIX = "REPOINT_"

Names = Annotated[tuple[str, ...], NoDecode]
Networks = Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode]


class Settings(BaseSettings):
    """What an operator can set; each field is the environment variable `REPOINT_<NAME>`."""

    model_config = SettingsConfigDict(env_prefix=ENV_PREFIX, frozen=True, extra="ignore")

    data: Path = Field(Path("data"), description="Folder of the database and the scan journal.")
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on.")
    public_url: str = Field(
        "", description="What short links and the API are reached at from outside; without it http://localhost:PORT."
    )
    short_domains: Names = Field((), description="Host names, comma separated, on which `/SLUG` is a short link.")
    database_url: str = Field(
        "", description="`postgresql://USER:PASSWORD@HOST/NAME`; without it SQLite, in a file of the data folder."
    )
    trusted_proxies: Networks = Field(
        (),
        description="Networks, comma separated, whose X-Forwarded-For and CF-IPCountry headers are believed.",
    )
    journal_sync: Literal["fsync", "os"] = Field(
        "fsync",
        description="`fsync`: a scan is on the disk before its answer; `os`: it survives kill -9 but no power cut.",
    )
    plans: Path | None = Field(None, description="A TOML file of plans, beside those that ship with Repoint.")
    dns_server: str = Field(
        "", description="Address, with a port if not 53, of the DNS server that proves domains; else the system's."
    )
    import_bytes_max: int = Field(
        1024**3, ge=1024, le=2 * 1024**3, description="Bytes that an archive to import may have, at most 2 GiB."
    )
    failed_attempts_per_minute: int = Field(
        20, ge=1, description="Wrong keys and passwords that one address may send in a minute."
    )
    log_format: Literal["json", "text"] = Field("json", description="How log lines look.")

    @field_validator("short_domains", mode="before")
    @classmethod
    def _names(cls, value: Any) -> Any:
        return _listed(value)

    @field_validator("short_domains")
    @classmethod
    def _host_names(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for name in value:
            if not hosts.is_name(name) or name.endswith("."):
                raise ValueError(
                    f"{name!r} is not a host name; write it like go.example.com (xn--... if international)"
                )
        return tuple(name.lower() for name in value)

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _networks(cls, value: Any) -> Any:
        return tuple(ip_network(part, strict=False) for part in _listed(value))

    @field_validator("plans", mode="before")
    @classmethod
    def _file(cls, value: Any) -> Any:
        return value or None  # an empty variable names no file

    @field_validator("dns_server")
    @classmethod
    def _address(cls, value: str) -> str:
        if value:
            try:
                dns_txt.server_of(value)
            except ValueError:
                raise ValueError("must be an address such as 192.0.2.1, 192.0.2.1:5353 or [2001:db8::1]:5353") from None
        return value

    @field_validator("public_url")
    @classmethod
    def _http(cls, value: str) -> str:
        if not value:
            return value
        try:
            destination.check(value, own_origins=())
        except Invalid as error:
            raise ValueError(error.reason) from None
        if not value.isascii() or "?" in value or "#" in value:
            raise ValueError("must be plain ASCII without `?` and `#`; write an international host name as xn--...")
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _postgresql(cls, value: str) -> str:
        scheme, _, rest = value.partition("://")
        if value and (scheme not in {"postgresql", "postgres"} or not rest):
            raise ValueError("must be postgresql://USER:PASSWORD@HOST/NAME; leave it away for SQLite")
        return f"postgresql://{rest}" if value else value

    @field_validator("short_domains")
    @classmethod
    def _apart(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if urlsplit(info.data.get("public_url") or "http://localhost").hostname in value:
            raise ValueError("cannot hold the host of REPOINT_PUBLIC_URL: on a short domain every path is a link")
        return value

    @property
    def base_url(self) -> str:
        """The public URL, or what stands in for it."""
        return self.public_url or f"http://localhost:{self.port}"


def _listed(value: Any) -> Any:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value
