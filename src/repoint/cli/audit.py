"""`repoint audit`: show whether an audit log was tampered with."""

import re
import sys
from pathlib import Path

import click

from repoint.cli.control import command
from repoint.cli.options import data_option, fail, read_settings

_NOTED = re.compile(r"([0-9]{1,18}):([0-9a-f]{64})")


@click.group()
def audit() -> None:
    """Show whether an audit log was tampered with."""


@audit.command()
@click.option("--org", help="The organisation's id; without it all.")
@click.option("--head", "noted", help="What `repoint audit head` said earlier: NUMBER:HASH; takes --org.")
@data_option
def verify(org: str | None, noted: str | None, data: Path | None) -> None:
    """Check the chain of every entry; status 1 and the number of the first broken entry where it does not hold."""
    number, digest = _read(noted, org)
    folder = read_settings(data=data).data
    orgs = [org] if org else [each["id"] for each in command(folder, "org.list")["orgs"]]
    is_whole = True
    for each in orgs:
        told = command(folder, "audit.verify", org=each, number=number, noted=digest)
        if told["broken_at"] is not None:
            click.echo(f"{told['org']}  broken at entry {told['broken_at']} of {told['entries']}")
        elif not told["holds_noted"]:
            click.echo(f"{told['org']}  entry {number} is missing or is not the one that was noted")
        else:
            click.echo(f"{told['org']}  {told['entries']} entries, whole")
            continue
        is_whole = False
    sys.exit(0 if is_whole else 1)


@audit.command()
@click.option("--org", help="The organisation's id; without it all.")
@data_option
def head(org: str | None, data: Path | None) -> None:
    """Print the number and hash of the newest entry; noted elsewhere, they show later that nothing was cut off."""
    folder = read_settings(data=data).data
    for each in [org] if org else [each["id"] for each in command(folder, "org.list")["orgs"]]:
        told = command(folder, "audit.head", org=each)
        click.echo(f"{told['org']}  {told['number']}:{told['hash']}")


def _read(noted: str | None, org: str | None) -> tuple[int | None, str | None]:
    if noted is None:
        return None, None
    found = _NOTED.fullmatch(noted)
    if found is None or org is None:
        fail("--head takes NUMBER:HASH as `repoint audit head` prints them, and --org beside it")
    return int(found[1]), found[2]
