"""`repoint render`: a picture without any server."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from repoint import rendering
from repoint.cli.options import fail
from repoint.rendering import legibility, logo_import
from repoint.rendering.legibility import Legibility

TERMINAL = "terminal"
STDOUT = "-"
LOGO_NAME = "logo"

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@dataclass(frozen=True, slots=True)
class Asked:
    """The options, as they are given."""

    output: str | None
    fmt: str | None
    design: Path | None
    preset: str | None
    logo: Path | None
    size: int | None
    width_mm: float | None
    dpi: int | None
    title: str | None
    description: str | None
    cmyk: bool
    bleed_mm: float
    crop_marks: bool
    surround: str | None
    check: bool
    strict: bool
    repair: bool

    @property
    def target(self) -> str:
        """Where to write; without a word, and nothing but a check asked for, nowhere."""
        return self.output or ("" if self.check else STDOUT)

    @property
    def format(self) -> str:
        """What is said, else what the ending says, else the terminal's."""
        match self.target:
            case _ if self.fmt:
                return self.fmt
            case "":
                return "png"
            case "-":
                return TERMINAL
            case file:
                return Path(file).suffix.removeprefix(".").lower()

    @property
    def file_options(self) -> rendering.Options:
        """What only some formats can carry."""
        return rendering.Options(self.description, self.cmyk, self.bleed_mm, self.crop_marks)


@click.command()
@click.argument("text")
@click.option("-o", "--output", help="The file; its ending says the format. `-` is the standard output.")
@click.option(
    "--format", "fmt", type=click.Choice([*rendering.MEDIA_TYPES, TERMINAL]), help="Where the ending does not say it."
)
@click.option("--design", type=_FILE, help="A design as JSON; without it plain.")
@click.option("--preset", type=click.Choice(list(rendering.PRESETS)), help="A design that is good as it is.")
@click.option("--logo", type=_FILE, help="A logo: PNG, JPEG, WebP or SVG.")
@click.option("--size", type=int, help="Pixels, quiet zone included.")
@click.option("--width-mm", type=float, help="Millimetres, quiet zone included.")
@click.option("--dpi", type=int, help="Pixels in an inch.")
@click.option("--title", help="For screen readers and PDF viewers.")
@click.option("--description", help="For screen readers, in svg and pdf.")
@click.option("--cmyk", is_flag=True, help="The inks of printing, for pdf and eps.")
@click.option("--bleed-mm", type=float, default=0.0, help="Background beyond the edge to cut along, for pdf.")
@click.option("--crop-marks", is_flag=True, help="Where to cut, for pdf.")
@click.option("--surround", help="The colour that the picture will lie on, for the check.")
@click.option("--check", is_flag=True, help="Print score, grade and findings; exits with 1 for what would not scan.")
@click.option("--strict", is_flag=True, help="Draw nothing that would not scan.")
@click.option("--repair", is_flag=True, help="Draw the nearest design that scans, and say what was changed.")
def render(text: str, **options: Any) -> None:
    """Draw TEXT as a QR code: into a file, or without one onto the terminal."""
    asked = Asked(**options)
    try:
        _render(text, asked)
    except rendering.RenderingError as error:
        fail(f"{error.field} {error.reason}")


def _render(text: str, asked: Asked) -> None:
    design, image = _designed(asked)
    verdict = None
    if asked.repair:
        repaired = legibility.repair(text, design, _product(asked), image=image)
        design, verdict = repaired.design, repaired.verdict
        for change in repaired.changes:
            click.echo(f"repaired: {change}", err=True)
    if asked.check or (asked.strict and verdict is None):
        verdict = legibility.check(text, design, _product(asked), image=image)
    if asked.check and verdict is not None:
        _tell(verdict, err=asked.target == STDOUT)
    if (asked.strict or asked.repair) and verdict is not None and not verdict.passes:
        fail(f"the picture would not scan ({verdict.score} of 100 points); --check says why")
    if asked.target:
        _write(asked, _drawn(text, design, asked, image))
    if verdict is not None and not verdict.passes:
        sys.exit(1)


def _designed(asked: Asked) -> tuple[rendering.Design, rendering.Artwork | None]:
    """The design, over the preset, with the logo in it."""
    design = rendering.preset(asked.preset) if asked.preset else rendering.parse({})
    if asked.design:
        design = rendering.patched(design, _json_in(asked.design))
    if asked.logo is None:
        return design, None
    return (
        rendering.patched(design, {"logo": {"name": None, "image": LOGO_NAME}}),
        logo_import.read(asked.logo.read_bytes()),
    )


def _json_in(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        fail(f"{file} is not JSON in UTF-8: {error}")


def _product(asked: Asked) -> legibility.Product:
    return legibility.product(
        fmt="png" if asked.format == TERMINAL else asked.format,
        size_px=asked.size,
        width_mm=asked.width_mm,
        dpi=asked.dpi,
        surround=asked.surround,
        options=asked.file_options,
    )


def _drawn(text: str, design: rendering.Design, asked: Asked, image: rendering.Artwork | None) -> bytes:
    if asked.format == TERMINAL:
        return rendering.terminal(text, design, colored=sys.stdout.isatty()).encode()
    return rendering.picture(
        text,
        design,
        fmt=asked.format,
        image=image,
        size_px=asked.size,
        width_mm=asked.width_mm,
        dpi=asked.dpi,
        title=asked.title,
        options=asked.file_options,
    ).body


def _write(asked: Asked, body: bytes) -> None:
    if asked.target == STDOUT:
        click.echo(body, nl=False)
        return
    try:
        Path(asked.target).write_bytes(body)
    except OSError as error:
        fail(f"{asked.target} cannot be written: {error.strerror}")


def _tell(verdict: Legibility, *, err: bool) -> None:
    click.echo(f"score {verdict.score}, grade {verdict.grade}", err=err)
    if verdict.print_size is not None:
        sizes = verdict.print_size
        reach = f"{sizes.distance_mm_max / 1000:.1f} m when it is {sizes.width_mm:g} mm wide"
        click.echo(f"at least {sizes.width_mm_min:g} mm wide in print; reads from up to {reach}", err=err)
    for finding in verdict.findings:
        click.echo(f"{finding.severity}: {finding.sentence} (-{finding.points})", err=err)
        if finding.remedy is not None:
            click.echo(f"        {finding.remedy.sentence} (+{finding.remedy.gain})", err=err)
    for change in verdict.changes:
        click.echo(f"note: {change}", err=err)
