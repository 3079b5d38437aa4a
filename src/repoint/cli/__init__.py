"""The `repoint` command."""

import click

from repoint.cli.audit import audit
from repoint.cli.bench import bench
from repoint.cli.doctor import doctor
from repoint.cli.domain import domain
from repoint.cli.keys import keys
from repoint.cli.migrate import migrate
from repoint.cli.org import org
from repoint.cli.plan import plan
from repoint.cli.portability import export, import_archive
from repoint.cli.render import render
from repoint.cli.serve import serve
from repoint.cli.user import user


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="repoint", prog_name="repoint")
def main() -> None:
    """Dynamic QR codes: print once, repoint for ever."""


for command in (serve, keys, org, plan, user, audit, domain, render, export, import_archive, doctor, migrate, bench):
    main.add_command(command)
