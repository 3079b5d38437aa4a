"""`repoint org`: make, list, show and rename organisations, give them plans."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from repoint.cli.control import command
from repoint.cli.options import data_option, read_settings
from repoint.cli.plan import ENDS_AT, say_subscription
from repoint.plans.catalogue import DEFAULT_NAME


@click.group()
def org() -> None:
    """Make, list, show and rename organisations, give them plans."""


@org.command("create")
@click.argument("name")
@click.option("--plan", default=DEFAULT_NAME, show_default=True, help="A plan of the catalogue.")
@click.option("--quiet", is_flag=True, help="Print the id alone.")
@data_option
def create_org(name: str, plan: str, *, quiet: bool, data: Path | None) -> None:
    """Make an organisation; `repoint user create` gives it somebody who can sign in."""
    made = command(read_settings(data=data).data, "org.create", name=name, plan=plan)
    click.echo(made["id"] if quiet else _line(made))


@org.command("list")
@data_option
def list_orgs(data: Path | None) -> None:
    """List all organisations, oldest first."""
    for each in command(read_settings(data=data).data, "org.list")["orgs"]:
        click.echo(_line(each))


@org.command()
@click.argument("org_id", metavar="ID", required=False)
@data_option
def show(org_id: str | None, data: Path | None) -> None:
    """Show one organisation; without an id the first."""
    for name, value in command(read_settings(data=data).data, "org.show", org=org_id).items():
        click.echo(f"{name:<10}  {value}")


@org.command()
@click.argument("org_id", metavar="ID")
@click.argument("name")
@data_option
def rename(org_id: str, name: str, data: Path | None) -> None:
    """Give an organisation another name."""
    click.echo(_line(command(read_settings(data=data).data, "org.rename", org=org_id, name=name)))


@org.command("set-plan")
@click.argument("org_id", metavar="ID")
@click.argument("plan")
@click.option("--ends-at", type=ENDS_AT, help="When the subscription ends (UTC); without it never.")
@data_option
def set_plan(org_id: str, plan: str, ends_at: datetime | None, data: Path | None) -> None:
    """Give the organisation ID the plan PLAN."""
    say_subscription(read_settings(data=data).data, org=org_id, plan=plan, ends_at=ends_at)


def _line(told: dict[str, Any]) -> str:
    return f"{told['id']}  {told['name']}  (plan {told['plan']})"
