"""`repoint keys`: make, list, change, rotate and revoke API keys."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from repoint.accounts.actor import Scope
from repoint.accounts.key_ring import OVERLAP_HOURS_DEFAULT, OVERLAP_HOURS_MAX
from repoint.accounts.keys import RATE_LIMIT_MAX
from repoint.cli.control import command
from repoint.cli.options import data_option, fail, read_settings

_SHOWN_ONCE = "The key is shown this once; only its hash is kept."
org_option = click.option("--org", help="The organisation's id; without it the first one.")
scope_type = click.Choice([scope.word for scope in Scope])
rate_type = click.IntRange(1, RATE_LIMIT_MAX)
time_type = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"])


@click.group()
def keys() -> None:
    """Make, list, change, rotate and revoke API keys."""


@keys.command()
@click.option("--label", required=True, help="What the key is for.")
@click.option("--scope", required=True, type=scope_type, help="What it may do.")
@org_option
@click.option("--rate-limit", type=rate_type, help="Requests a minute; without it the plan's.")
@click.option("--expires", type=time_type, help="When it ends, in UTC; without it never.")
@click.option("--quiet", is_flag=True, help="Print the key alone.")
@data_option
def create(
    label: str,
    scope: str,
    org: str | None,
    rate_limit: int | None,
    expires: datetime | None,
    *,
    quiet: bool,
    data: Path | None,
) -> None:
    """Make a key and show it, this once."""
    made = command(
        read_settings(data=data).data,
        "keys.create",
        label=label,
        scope=scope,
        org=org,
        rate_limit=rate_limit,
        expires=_utc(expires),
    )
    if quiet:
        click.echo(made["token"])
        return
    click.echo(f"{made['token']}\n\n{made['id']} ({made['label']}, {made['scope']}) of {made['org']}.")
    click.echo(_SHOWN_ONCE)


@keys.command("list")
@org_option
@data_option
def list_keys(org: str | None, data: Path | None) -> None:
    """List keys, without their tokens."""
    for key in command(read_settings(data=data).data, "keys.list", org=org)["keys"]:
        click.echo(f"{key['id']}  {key['scope']:<5}  {key['created_at']}  {_state(key):<28}  {key['label']}")


@keys.command()
@click.argument("key")
@org_option
@data_option
def show(key: str, org: str | None, data: Path | None) -> None:
    """Show one key, without its token."""
    for name, value in command(read_settings(data=data).data, "keys.show", key=key, org=org).items():
        click.echo(f"{name:<21}  {'-' if value is None else value}")


@keys.command("set")
@click.argument("key")
@org_option
@click.option("--label", help="What the key is for.")
@click.option("--scope", type=scope_type, help="What it may do.")
@click.option("--rate-limit", type=rate_type, help="Requests a minute.")
@click.option("--no-rate-limit", is_flag=True, help="The plan's limit applies.")
@click.option("--expires", type=time_type, help="When it ends, in UTC.")
@click.option("--no-expiry", is_flag=True, help="It never ends.")
@data_option
def set_key(  # noqa: PLR0913 - one for each option
    key: str,
    org: str | None,
    label: str | None,
    scope: str | None,
    rate_limit: int | None,
    expires: datetime | None,
    *,
    no_rate_limit: bool,
    no_expiry: bool,
    data: Path | None,
) -> None:
    """Change a key; the next request with it sees it."""
    given = {"label": label, "scope": scope, "rate_limit_per_minute": rate_limit, "expires_at": _utc(expires)}
    values: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    for is_lifted, name in ((no_rate_limit, "rate_limit_per_minute"), (no_expiry, "expires_at")):
        if is_lifted and name in values:
            fail("a limit cannot be set and lifted at once")
        values |= {name: None} if is_lifted else {}
    command(read_settings(data=data).data, "keys.set", key=key, org=org, values=values)
    click.echo(f"{key} is changed.")


@keys.command()
@click.argument("key")
@org_option
@click.option(
    "--overlap-hours",
    type=click.IntRange(0, OVERLAP_HOURS_MAX),
    default=OVERLAP_HOURS_DEFAULT,
    show_default=True,
    help="How long the present token works beside the new one.",
)
@click.option("--quiet", is_flag=True, help="Print the key alone.")
@data_option
def rotate(key: str, org: str | None, overlap_hours: int, *, quiet: bool, data: Path | None) -> None:
    """Give a key a new token and show it, this once."""
    made = command(read_settings(data=data).data, "keys.rotate", key=key, org=org, overlap_hours=overlap_hours)
    if quiet:
        click.echo(made["token"])
        return
    click.echo(f"{made['token']}\n\n{key}: the token before works until {made['previous_token_until']}.")
    click.echo(_SHOWN_ONCE)


@keys.command()
@click.argument("key")
@org_option
@data_option
def revoke(key: str, org: str | None, data: Path | None) -> None:
    """Stop a key at once."""
    command(read_settings(data=data).data, "keys.revoke", key=key, org=org)
    click.echo(f"{key} is revoked.")


def _utc(moment: datetime | None) -> str | None:
    return moment.replace(tzinfo=UTC).isoformat() if moment else None


def _state(key: dict[str, Any]) -> str:
    if key["revoked_at"]:
        return f"revoked {key['revoked_at']}"
    if key["expires_at"]:
        is_over = datetime.fromisoformat(key["expires_at"]) <= datetime.now(UTC)
        return f"{'expired' if is_over else 'until'} {key['expires_at']}"
    return "active"
