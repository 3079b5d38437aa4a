"""`repoint render` with logos, presets, print options, checks and repairs."""

import json
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from tests.cli.conftest import Run

TEXT = "https://example.com/menu"
SVG = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 10 10'><circle cx='5' cy='5' r='5' fill='#c00'/></svg>"


@pytest.fixture(autouse=True)
def inputs(tmp_path: Path) -> None:
    """A logo, and a design that would not scan."""
    (tmp_path / "mark.svg").write_text(SVG)
    (tmp_path / "pale.json").write_text(json.dumps({"modules": {"color": "#EEEEEE"}}))


def test_without_a_file_it_goes_onto_the_terminal(run: Run, tmp_path: Path) -> None:
    """Half blocks, without escape sequences where nobody looks; a decoder reads what the blocks draw."""
    drawn = run("render", TEXT).stdout
    assert drawn == run("render", TEXT, "-o", "-").stdout == run("render", TEXT, "--format", "terminal").stdout
    assert "\x1b" not in drawn
    lines = drawn.splitlines()
    image = Image.new("L", (len(lines[0]), 2 * len(lines)))
    for y, line in enumerate(lines):
        for x, block in enumerate(line):
            image.putpixel((x, 2 * y), 255 * (block in "█▀"))
            image.putpixel((x, 2 * y + 1), 255 * (block in "█▄"))
    (read,) = zxingcpp.read_barcodes(image.resize((image.width * 8, image.height * 8)))
    assert read.text == TEXT
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mark.svg", "pale.json"]


def test_a_file_goes_to_the_standard_output(run: Run) -> None:
    """With a format, `-` is that file."""
    assert run("render", TEXT, "-o", "-", "--format", "svg").stdout.startswith("<svg ")


def test_a_preset_with_a_logo(run: Run, tmp_path: Path) -> None:
    """A design lies over the preset, the logo in the middle; the picture still scans."""
    (tmp_path / "more.json").write_text(json.dumps({"quiet_zone": 6}))
    run("render", TEXT, "-o", "a.png", "--preset", "ocean", "--design", "more.json", "--logo", "mark.svg")
    with Image.open(tmp_path / "a.png") as image:
        (read,) = zxingcpp.read_barcodes(image.convert("RGB"))
        colors = {color: times for times, color in image.convert("RGB").getcolors(1 << 24) or ()}
    assert read.text == TEXT
    assert colors[204, 0, 0] > 1_000


def test_print_options(run: Run, tmp_path: Path) -> None:
    """Inks, bleed, crop marks, title and description reach the file."""
    run("render", TEXT, "-o", "plain.pdf", "--width-mm", "30")
    run("render", TEXT, "-o", "a.pdf", "--width-mm", "30", "--cmyk", "--bleed-mm", "3", "--crop-marks")
    assert (tmp_path / "a.pdf").read_bytes() != (tmp_path / "plain.pdf").read_bytes()
    run("render", TEXT, "-o", "a.svg", "--title", "Menu", "--description", "Leads to the menu")
    written = (tmp_path / "a.svg").read_text()
    assert "<title>Menu</title>" in written
    assert "Leads to the menu" in written
    assert "cmyk is for pdf and eps" in run("render", TEXT, "-o", "a.png", "--cmyk", fails=True).stderr


def test_check(run: Run, tmp_path: Path) -> None:
    """The score, the grade, and each finding with its remedy; the status says whether it scans."""
    assert run("render", TEXT, "--check").stdout.startswith("score 100, grade A\nat least ")
    told = run("render", TEXT, "--check", "--design", "pale.json", fails=True).stdout
    assert told.startswith("score 0, grade F\n")
    assert "refuse: the colour of the modules differs" in told
    assert "darken the colours" in told
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mark.svg", "pale.json"]


def test_strict_and_repair(run: Run, tmp_path: Path) -> None:
    """What would not scan is not written, or written as the nearest design that does, with what was changed."""
    refused = run("render", TEXT, "-o", "a.png", "--design", "pale.json", "--strict", fails=True).stderr
    assert refused == "repoint: the picture would not scan (0 of 100 points); --check says why\n"
    assert not (tmp_path / "a.png").exists()
    mended = run("render", TEXT, "-o", "a.png", "--design", "pale.json", "--repair")
    assert mended.stderr.startswith("repaired: colours changed")
    with Image.open(tmp_path / "a.png") as image:
        (read,) = zxingcpp.read_barcodes(image.convert("RGB"))
    assert read.text == TEXT


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("hello", "repoint: logo is not a picture that is known"),
        ("<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "repoint: logo holds <script>"),
    ],
)
def test_logos_that_cannot_be(run: Run, tmp_path: Path, content: str, message: str) -> None:
    """A logo that cannot be read is named with what is wrong."""
    (tmp_path / "bad.svg").write_text(content)
    assert run("render", TEXT, "-o", "a.svg", "--logo", "bad.svg", fails=True).stderr.startswith(message)
