"""`repoint bench`: how fast this machine redirects."""

import click


@click.group()
def bench() -> None:
    """Measure this machine."""
