"""`repoint render`: a picture without any server."""

import json
from pathlib import Path

import click

from repoint import rendering
from repoint.cli.options import fail


@click.command()
@click.argument("text")
@click.option(
    "-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The ending says the format."
)
@click.option(
    "--design", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A design as JSON; without it plain."
)
@click.option("--size", type=int, help="Pixels, quiet zone included.")
@click.option("--width-mm", type=float, help="Millimetres, quiet zone included.")
@click.option("--dpi", type=int, help="Pixels in an inch.")
def render(
    text: str, output: Path, design: Path | None, size: int | None, width_mm: float | None, dpi: int | None
) -> None:
    """Draw TEXT as a QR code."""
    try:
        wanted = rendering.parse(json.loads(design.read_text(encoding="utf-8")) if design else {})
        picture = rendering.picture(
            text, wanted, fmt=output.suffix.removeprefix(".").lower(), size_px=size, width_mm=width_mm, dpi=dpi
        )
        output.write_bytes(picture.body)
    except rendering.RenderingError as error:
        fail(f"{error.field} {error.reason}")
    except ValueError as error:
        fail(f"{design} is not JSON in UTF-8: {error}")
    except OSError as error:
        fail(f"{output} cannot be written: {error.strerror}")
