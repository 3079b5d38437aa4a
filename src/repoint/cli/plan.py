"""`repoint plan`: show plans, give them, read the file again."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from repoint.cli.control import command
from repoint.cli.options import data_option, fail, read_settings

ENDS_AT = click.DateTime(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S%z"])


@click.group()
def plan() -> None:
    """Show plans, give them to organisations, read the plan file again."""


@plan.command("list")
@data_option
def list_plans(data: Path | None) -> None:
    """List every plan, and how many organisations have it."""
    answer = command(read_settings(data=data).data, "plan.list")
    for each in answer["plans"]:
        click.echo(f"{each['name']:<30} {each['account_type']:<6} {each['organisations']:>6}  {_limits(each)}")
    for each in answer["missing"]:
        click.echo(f"{each['name']:<30} {'?':<6} {each['organisations']:>6}  NOT IN THE CATALOGUE: no changes possible")
    if answer["trouble"]:
        fail(f"the plan file is not in use: {answer['trouble']}")


@plan.command("show")
@click.argument("plan_name", metavar="PLAN")
@data_option
def show_plan(plan_name: str, data: Path | None) -> None:
    """Show the plan PLAN whole."""
    told = command(read_settings(data=data).data, "plan.show", plan=plan_name)
    for name in ("name", "title", "tier", "account_type", "counts_paused"):
        click.echo(f"{name:<36} {_word(told[name])}")
    for group in ("limits", "windows", "features"):
        for name, value in told[group].items():
            click.echo(f"{group + '.' + name:<36} {_word(value)}")
    days = told["analytics_retention_days"]
    click.echo(f"{'analytics_retention_days':<36} {'all there is' if days is None else days}")


@plan.command("set")
@click.argument("org_id", metavar="ORG")
@click.argument("plan_name", metavar="PLAN")
@click.option("--ends-at", type=ENDS_AT, help="When the subscription ends (UTC); without it never.")
@data_option
def set_plan(org_id: str, plan_name: str, ends_at: datetime | None, data: Path | None) -> None:
    """Give the organisation ORG the plan PLAN; the same as `repoint org set-plan`."""
    say_subscription(read_settings(data=data).data, org=org_id, plan=plan_name, ends_at=ends_at)


@plan.command("reload")
@data_option
def reload_plans(data: Path | None) -> None:
    """Have the running server read the plan file again; a broken one changes nothing."""
    answer = command(read_settings(data=data).data, "plan.reload")
    click.echo(f"{answer['plans']} plans are in use{', of ' + answer['file'] if answer['file'] else ''}.")
    if answer["missing"]:
        fail(f"organisations have plans that are not there: {', '.join(answer['missing'])}")


def say_subscription(data: Path, *, org: str, plan: str, ends_at: datetime | None) -> None:
    """Give an organisation a plan and say what it has then."""
    end = None
    if ends_at is not None:
        end = (ends_at if ends_at.tzinfo else ends_at.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    given = command(data, "plan.set", org=org, plan=plan, ends_at=end)
    until = f"until {given['ends_at']}, changes until {given['grace_until']}" if given["ends_at"] else "without an end"
    click.echo(f"{given['org']}  {given['name']}  (plan {given['plan']}, {until}: {given['state']})")


def _limits(told: dict[str, Any]) -> str:
    parts = [f"{name} {value:,}" for group in ("limits", "windows") for name, value in told[group].items()]
    parts += [f"no {name}" for name, there in told["features"].items() if not there]
    return ", ".join(parts) or "no limits"


def _word(value: Any) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case int():
            return f"{value:,}"
        case _:
            return str(value)
