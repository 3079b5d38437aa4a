"""`repoint user`: people, their passwords and roles."""

import sys
from pathlib import Path

import click

from repoint.accounts import passwords
from repoint.accounts.actor import Role
from repoint.cli.control import command
from repoint.cli.keys import org_option
from repoint.cli.options import data_option, fail, read_settings
from repoint.kit.errors import Invalid

role_type = click.Choice([role.value for role in Role])
stdin_option = click.option("--stdin", "from_stdin", is_flag=True, help="Read the password from standard input.")


@click.group()
def user() -> None:
    """People, their passwords and roles; USER is an email or an id."""


@user.command("list")
@org_option
@data_option
def list_users(org: str | None, data: Path | None) -> None:
    """List the members of an organisation."""
    for each in command(read_settings(data=data).data, "user.list", org=org)["users"]:
        click.echo(f"{each['id']}  {each['role']:<6}  {each['email'] or '-'}  {each['name']}")


@user.command()
@click.argument("user")
@org_option
@data_option
def show(user: str, org: str | None, data: Path | None) -> None:
    """Show one member."""
    for name, value in command(read_settings(data=data).data, "user.show", user=user, org=org).items():
        click.echo(f"{name:<9}  {'-' if value is None else value}")


@user.command()
@click.argument("email")
@click.option("--role", type=role_type, default=Role.VIEWER.value, show_default=True, help="What they may do.")
@click.option("--name", help="Their name; without it the email.")
@org_option
@stdin_option
@click.option("--quiet", is_flag=True, help="Print the password alone.")
@data_option
def create(
    email: str, role: str, name: str | None, org: str | None, *, from_stdin: bool, quiet: bool, data: Path | None
) -> None:
    """Make a user in an organisation, with a password that is shown this once."""
    password, password_hash = _password(from_stdin=from_stdin)
    made = command(
        read_settings(data=data).data,
        "user.create",
        email=email,
        name=name or email[:150],
        role=role,
        org=org,
        password_hash=password_hash,
    )
    _tell(f"{made['id']} ({made['email']}, {made['role']})", password, from_stdin=from_stdin, quiet=quiet)


@user.command("set-password")
@click.argument("user")
@click.option("--email", help="The email to sign in with, for a user who has none.")
@stdin_option
@click.option("--quiet", is_flag=True, help="Print the password alone.")
@data_option
def set_password(user: str, email: str | None, *, from_stdin: bool, quiet: bool, data: Path | None) -> None:
    """Give a user another password, which ends their sessions; without --stdin a new one is shown, this once."""
    password, password_hash = _password(from_stdin=from_stdin)
    told = command(
        read_settings(data=data).data, "user.set-password", user=user, email=email, password_hash=password_hash
    )
    _tell(f"{told['id']} ({told['email'] or 'no email'})", password, from_stdin=from_stdin, quiet=quiet)


@user.command("set-role")
@click.argument("user")
@click.argument("role", type=role_type)
@org_option
@data_option
def set_role(user: str, role: str, org: str | None, data: Path | None) -> None:
    """Give a member another role."""
    told = command(read_settings(data=data).data, "user.set-role", user=user, role=role, org=org)
    click.echo(f"{told['id']} is {told['role']}.")


@user.command()
@click.argument("user")
@org_option
@data_option
def remove(user: str, org: str | None, data: Path | None) -> None:
    """Take a member out of an organisation."""
    told = command(read_settings(data=data).data, "user.remove", user=user, org=org)
    click.echo(f"{told['id']} is removed.")


def _password(*, from_stdin: bool) -> tuple[str, str]:
    """A password and its hash, which is all that the installation hears."""
    if not from_stdin:
        password = passwords.made()
        return password, passwords.hashed(password)
    password = sys.stdin.readline().rstrip("\r\n")
    try:
        return password, passwords.hashed(passwords.check(password))
    except Invalid as refused:
        fail(str(refused))


def _tell(who: str, password: str, *, from_stdin: bool, quiet: bool) -> None:
    if from_stdin:
        click.echo(f"{who} has the password.")
    elif quiet:
        click.echo(password)
    else:
        click.echo(f"{password}\n\nThe password of {who}. It is shown this once; only its hash is kept.")
