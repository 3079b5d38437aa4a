"""`repoint org`: make organisations."""

from pathlib import Path

import click

from repoint.cli.control import command
from repoint.cli.options import data_option, read_settings
from repoint.plans.catalogue import SELFHOSTED


@click.group()
def org() -> None:
    """Make organisations."""


@org.command("create")
@click.argument("name")
@click.option("--plan", default=SELFHOSTED.name, show_default=True, help="A plan of the catalogue.")
@click.option("--quiet", is_flag=True, help="Print the id alone.")
@data_option
def create_org(name: str, plan: str, *, quiet: bool, data: Path | None) -> None:
    """Make an organisation."""
    made = command(read_settings(data=data).data, "org.create", name=name, plan=plan)
    click.echo(made["id"] if quiet else f"{made['id']}  {made['name']}  (plan {made['plan']})")
