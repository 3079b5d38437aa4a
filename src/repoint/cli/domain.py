"""`repoint domain`: short domains of organisations."""

from collections.abc import Callable
from pathlib import Path
from typing import assert_never

import click

from repoint import bootstrap
from repoint.cli.control import command
from repoint.cli.options import data_option, fail, read_settings
from repoint.kit.dns_txt import Found, Missing, NoAnswer
from repoint.settings import Settings


def _org_option(decorated: Callable[..., None]) -> Callable[..., None]:
    return click.option("--org", help="The organisation's id; without it the first one.")(decorated)


@click.group()
def domain() -> None:
    """List, add, verify and remove short domains of an organisation."""


@domain.command("list")
@_org_option
@data_option
def list_domains(org: str | None, data: Path | None) -> None:
    """List domains."""
    for each in command(read_settings(data=data).data, "domain.list", org=org)["domains"]:
        state = f"verified {each['verified_at']}" if each["verified_at"] else "pending"
        click.echo(f"{each['id']}  {state:<30}  {each['host']}{'  (default)' if each['default'] else ''}")


@domain.command()
@click.argument("host")
@_org_option
@data_option
def add(host: str, org: str | None, data: Path | None) -> None:
    """Add HOST, and say which TXT record to set."""
    made = command(read_settings(data=data).data, "domain.add", host=host, org=org)
    click.echo(f"{made['id']}  {made['host']}\n\nSet this TXT record, then run `repoint domain verify {made['host']}`:")
    click.echo(f"  {made['record']}  {made['value']}")


@domain.command()
@click.argument("host")
@click.option("--without-dns", is_flag=True, help="Take your word for it; no record is looked for.")
@_org_option
@data_option
def verify(host: str, org: str | None, *, without_dns: bool, data: Path | None) -> None:
    """Let HOST serve short links, once its TXT record is there."""
    settings = read_settings(data=data)
    texts = None
    if not without_dns:
        texts = _texts(settings, command(settings.data, "domain.get", host=host, org=org)["record"])
    verified = command(settings.data, "domain.verify", host=host, texts=texts, org=org)
    if not verified["verified_at"]:
        fail(verified["problem"])
    click.echo(f"{verified['host']} is verified.")


@domain.command()
@click.argument("host")
@_org_option
@data_option
def remove(host: str, org: str | None, data: Path | None) -> None:
    """Remove HOST, on which no code may be."""
    removed = command(read_settings(data=data).data, "domain.remove", host=host, org=org)
    click.echo(f"{removed['host']} is removed.")


def _texts(settings: Settings, record: str) -> list[str]:
    dns = bootstrap.txt_lookup(settings)
    try:
        lookup = dns.ask_now(record)
    finally:
        dns.close()
    match lookup:
        case Found(texts=texts):
            return list(texts)
        case Missing():
            fail(f"there is no TXT record {record} yet")
        case NoAnswer(reason=reason):
            fail(f"{record}: {reason}")
    assert_never(lookup)
