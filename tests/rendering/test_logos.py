"""The built-in logos are there, drawn well, and free to use."""

import re
from pathlib import Path

import pytest

from repoint.rendering import logos
from repoint.rendering.scene import Solid

ROOT = Path(__file__).parents[2]

INK = "#123456"

ASKED_FOR = """
facebook instagram x tiktok youtube linkedin snapchat pinterest threads reddit twitch discord github spotify
whatsapp telegram messenger signal wechat line viber wifi mail phone location calendar pdf link cart menu star
heart app-store google-play paypal scan-me scan-me-square
""".split()


def test_has_what_people_put_on_codes() -> None:
    """Networks, messengers, signs and shops that were asked for are among them."""
    assert set(ASKED_FOR) <= set(logos.names())


@pytest.mark.parametrize("name", logos.names())
def test_every_logo_is_one_clean_path(name: str) -> None:
    """Each is one fill in one colour, with its longer side 1 and a hull that touches all four sides."""
    drawing = logos.load(name, color=None, ink=INK)
    (fill,) = drawing.fills
    assert isinstance(fill.paint, Solid)
    assert max(drawing.width, drawing.height) == pytest.approx(1)
    assert min(drawing.width, drawing.height) > 0.4
    xs, ys = [x for x, _ in drawing.hull], [y for _, y in drawing.hull]
    assert (min(xs), max(xs)) == pytest.approx((0, drawing.width), abs=1e-9)
    assert (min(ys), max(ys)) == pytest.approx((0, drawing.height), abs=1e-9)
    assert 3 <= len(drawing.hull) < 150


def test_colors_are_the_brands_own_unless_told() -> None:
    """A brand has its colour, a sign the ink of the symbol, and either any colour that is asked for."""
    assert logos.load("whatsapp", color=None, ink=INK).fills[0].paint == Solid("#25D366")
    assert logos.load("wifi", color=None, ink=INK).fills[0].paint == Solid(INK)
    assert logos.load("whatsapp", color="#FFFFFF", ink=INK).fills[0].paint == Solid("#FFFFFF")


def test_every_licence_is_recorded() -> None:
    """The documentation names each logo once with its licence, and the licence texts are there."""
    page = (ROOT / "docs" / "logos.md").read_text("utf-8")
    rows = re.findall(r"^\| `([a-z-]+)` \|.*\| (CC0-1.0|MIT|Apache-2.0) \|$", page, re.MULTILINE)
    assert [name for name, _ in rows] == list(logos.names())
    for text in ("simple-icons", "tabler-icons", "material-icons"):
        assert (ROOT / "LICENSES" / f"{text}.txt").is_file()
