"""`repoint keys`: make, list and revoke API keys."""

from pathlib import Path

import click

from repoint.accounts.actor import Scope
from repoint.cli.control import command
from repoint.cli.options import data_option, read_settings


@click.group()
def keys() -> None:
    """Make, list and revoke API keys."""


@keys.command()
@click.option("--label", required=True, help="What the key is for.")
@click.option("--scope", required=True, type=click.Choice([scope.word for scope in Scope]), help="What it may do.")
@click.option("--org", help="The organisation's id; without it the first one.")
@click.option("--quiet", is_flag=True, help="Print the key alone.")
@data_option
def create(label: str, scope: str, org: str | None, *, quiet: bool, data: Path | None) -> None:
    """Make a key and show it, this once."""
    made = command(read_settings(data=data).data, "keys.create", label=label, scope=scope, org=org)
    if quiet:
        click.echo(made["token"])
        return
    click.echo(f"{made['token']}\n\n{made['id']} ({made['label']}, {made['scope']}) of {made['org']}.")
    click.echo("The key is shown this once; only its hash is kept.")


@keys.command("list")
@click.option("--org", help="The organisation's id; without it the first one.")
@data_option
def list_keys(org: str | None, data: Path | None) -> None:
    """List keys, without their tokens."""
    for key in command(read_settings(data=data).data, "keys.list", org=org)["keys"]:
        state = f"revoked {key['revoked_at']}" if key["revoked_at"] else "active"
        click.echo(f"{key['id']}  {key['scope']:<5}  {key['created_at']}  {state:<28}  {key['label']}")


@keys.command()
@click.argument("key")
@click.option("--org", help="The organisation's id; without it the first one.")
@data_option
def revoke(key: str, org: str | None, data: Path | None) -> None:
    """Stop a key at once."""
    command(read_settings(data=data).data, "keys.revoke", key=key, org=org)
    click.echo(f"{key} is revoked.")
