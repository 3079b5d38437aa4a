"""`repoint render` writes pictures that scan, or says why not."""

import io
import json
from pathlib import Path

import pypdfium2
import pytest
import resvg_py
import zxingcpp
from PIL import Image

from tests.cli.conftest import Run

TEXT = "Grüße aus Zürich: https://example.com/spring?q=日本"


@pytest.mark.parametrize("name", ["a.svg", "a.png", "a.pdf", "a.jpg", "a.webp", "UPPER.PNG", "two.dots.svg"])
def test_pictures_scan(run: Run, tmp_path: Path, name: str) -> None:
    """The ending says the format, in any case; a decoder reads the very text; the terminal stays quiet."""
    assert run("render", TEXT, "-o", name).stdout == ""
    assert _decoded(tmp_path / name) == TEXT


@pytest.mark.parametrize(
    ("options", "width"),
    [
        ((), 1024),
        (("--size", "200"), 200),
        (("--width-mm", "25.4", "--dpi", "150"), 150),
        (("--width-mm", "50.8"), 600),
    ],
)
def test_sizes(run: Run, tmp_path: Path, options: tuple[str, ...], width: int) -> None:
    """A width in pixels is that many; one in millimetres as many as its resolution makes of it."""
    run("render", TEXT, "-o", "a.png", *options)
    with Image.open(tmp_path / "a.png") as image:
        assert image.size == (width, width)


def test_a_design(run: Run, tmp_path: Path) -> None:
    """A design from a file is followed, and the picture still scans."""
    design = {"modules": {"shape": "dots", "color": "#123456"}}
    (tmp_path / "design.json").write_text(json.dumps(design), encoding="utf-8")
    run("render", TEXT, "-o", "a.svg", "--design", "design.json")
    assert "#123456" in (tmp_path / "a.svg").read_text()
    assert _decoded(tmp_path / "a.svg") == TEXT


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"modules": {"shape": "dotz"}}', "repoint: design.modules.shape 'dotz' is not known; did you mean 'dots'?"),
        (b"[]", "repoint: design must be an object"),
        (b"", "repoint: design.json is not JSON in UTF-8: "),
        (b"{", "repoint: design.json is not JSON in UTF-8: "),
        (b"\xff\xfe{}", "repoint: design.json is not JSON in UTF-8: "),
        (b"[" * 100_000, "repoint: design.json is not JSON in UTF-8: "),
        (b"9" * 5_000, "repoint: design.json is not JSON in UTF-8: "),
    ],
    ids=lambda part: repr(part[:20]),
)
def test_designs_that_cannot_be(run: Run, tmp_path: Path, content: bytes, message: str) -> None:
    """A design that cannot be read or followed is named with what is wrong, and nothing is written."""
    (tmp_path / "design.json").write_bytes(content)
    assert run("render", TEXT, "-o", "a.svg", "--design", "design.json", fails=True).stderr.startswith(message)
    assert not (tmp_path / "a.svg").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((TEXT, "-o", "a.gif"), "format 'gif' is not known; use one of svg, pdf, png"),
        ((TEXT, "-o", "noending"), "format '' is not known; use one of svg, pdf, png"),
        ((TEXT, "-o", "a.svg.gz"), "format 'gz' is not known"),
        (("", "-o", "a.svg"), "text is empty"),
        (("\udcff", "-o", "a.svg"), "text holds half of a surrogate pair"),
        (("a" * 3_000, "-o", "a.svg"), "text is 3,000 bytes long"),
        ((TEXT, "-o", "a.png", "--size", "31"), "size_px must be 32 to 8192"),
        ((TEXT, "-o", "a.png", "--width-mm", "nan"), "width_mm must be 5 to 2000"),
        ((TEXT, "-o", "a.png", "--size", "100", "--width-mm", "50"), "width_mm cannot stand beside size_px"),
        ((TEXT, "-o", "missing/a.svg"), "missing/a.svg cannot be written: No such file or directory"),
    ],
    ids=lambda part: str(part[1:])[:40] if isinstance(part, tuple) else "",
)
def test_what_cannot_be_drawn(run: Run, tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    """What cannot be drawn or written ends with status 1 and one line that says why."""
    before = list(tmp_path.iterdir())
    told = run("render", *arguments, fails=True).stderr
    assert told.startswith(f"repoint: {message}")
    assert told.count("\n") == 1
    assert list(tmp_path.iterdir()) == before


def test_no_server_and_no_folder_is_needed(run: Run, tmp_path: Path) -> None:
    """A picture is drawn without a data folder, and whatever the settings of a server are."""
    run("render", TEXT, "-o", "a.svg", REPOINT_PORT="abc", REPOINT_DATA="/dev/null/nowhere")
    assert [path.name for path in tmp_path.iterdir()] == ["a.svg"]


def _decoded(path: Path) -> str:
    body = path.read_bytes()
    if path.suffix == ".svg":
        body = bytes(resvg_py.svg_to_bytes(svg_string=body.decode(), width=600, background="#ffffff"))
    if path.suffix == ".pdf":
        with pypdfium2.PdfDocument(body) as document:
            image = document[0].render(scale=4).to_pil()
    else:
        image = Image.open(io.BytesIO(body))
    (found,) = zxingcpp.read_barcodes(image.convert("RGB"))
    return str(found.text)
