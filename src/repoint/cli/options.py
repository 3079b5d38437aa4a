"""Options that several commands share, and how commands fail."""

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import click
from pydantic import ValidationError

from repoint.settings import ENV_PREFIX, Settings

_PASSWORD = re.compile(r"//[^/@]*@")


def data_option(command: Callable[..., None]) -> Callable[..., None]:
    """`--data`."""
    return click.option(
        "--data", type=click.Path(file_okay=False, path_type=Path), help="Data folder (REPOINT_DATA, else ./data)."
    )(command)


def read_settings(**given: Any) -> Settings:
    """The settings: options first, then the environment, then defaults; says clearly what cannot be read."""
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        name = f"{ENV_PREFIX}{'_'.join(str(part) for part in first['loc']).upper()}"
        reason = first["msg"].removeprefix("Value error, ").removeprefix("Input ").replace("should be", "must be", 1)
        fail(f"{name} cannot be {shown(str(first['input']))!r}: {reason}")


def shown(url: str) -> str:
    """A URL without its user and password, for eyes and logs; any other text as it is."""
    return _PASSWORD.sub("//", url)


def existing_folder(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there: where it is going to be."""
    return next(path for path in (folder, *folder.resolve().parents) if path.is_dir())


def fail(message: str) -> NoReturn:
    """Say what is wrong, and end with status 1."""
    click.echo(f"repoint: {message}", err=True)
    sys.exit(1)
