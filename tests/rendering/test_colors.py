"""Colours are understood as people write them."""

import pytest
from PIL import ImageColor

from repoint.rendering import colors


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("#0f172a", "#0F172A"),
        ("#abc", "#AABBCC"),
        ("  Navy ", "#000080"),
        ("rebeccapurple", "#663399"),
        ("LightGoldenRodYellow", "#FAFAD2"),
        ("#11223380", "#11223380"),
        ("#112233ff", "#112233"),
        ("cmyk(0 0 0 100)", "cmyk(0 0 0 100, #000000)"),
        ("cmyk(0.5 0 .125 100)", "cmyk(.5 0 .125 100, #000000)"),
        ("CMYK( 0, 100,100 ,0 )", "cmyk(0 100 100 0, #E30613)"),
        ("cmyk(12.5% 0% 0% 7%, #abc)", "cmyk(12.5 0 0 7, #AABBCC)"),
    ],
)
def test_every_spelling_has_one_canonical_form(written: str, meant: str) -> None:
    """Hex of any length, CSS names and inks in any case become the canonical form, which means itself."""
    assert colors.parse(written) == meant
    assert colors.parse(meant) == meant


def test_names_mean_what_other_programs_mean() -> None:
    """All 148 names of CSS have the values that Pillow knows."""
    for name in ImageColor.colormap:
        assert colors.channels(colors.parse(name)) == ImageColor.getrgb(name)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("#12345", "hexadecimal"),
        ("#GGGGGG", "hexadecimal"),
        ("#1122", "hexadecimal"),
        ("#1122334", "hexadecimal"),
        ("cmyk(0 0 0)", "four percentages"),
        ("cmyk(0 0 0 101)", "four percentages"),
        ("cmyk(0 0 0 -1)", "four percentages"),
        ("cmyk(0 0 0 0, red)", "four percentages"),
        ("cmyk(0 0 0 0, #12345)", "hexadecimal"),
        ("cmyk(" + "9" * 100_000, "four percentages"),
        ("nawy", "did you mean 'navy'?"),
        ("", "is not known"),
        ("transparent", "is not known"),
        ("url(#a)", "is not known"),
        ("x" * 1_000_000, "is not known"),
    ],
)
def test_other_words_are_refused(written: str, said: str) -> None:
    """A wrong colour is named with what would be right, in a short sentence."""
    with pytest.raises(ValueError, match=said.replace("?", r"\?")) as error:
        colors.parse(written)
    assert len(str(error.value)) < 200


def test_only_a_background_may_be_transparent() -> None:
    """A background is a colour or `transparent`, in any case."""
    assert colors.parse_background(" Transparent") == "transparent"
    assert colors.parse_background("#fff") == "#FFFFFF"


@pytest.mark.parametrize(
    ("color", "channels", "opacity", "inks"),
    [
        ("#112233", (0x11, 0x22, 0x33), 1, (2 / 3, 1 / 3, 0, 0.8)),
        ("#11223300", (0x11, 0x22, 0x33), 0, (2 / 3, 1 / 3, 0, 0.8)),
        ("cmyk(10 20 30 40, #AABBCC80)", (0xAA, 0xBB, 0xCC), 128 / 255, (0.1, 0.2, 0.3, 0.4)),
    ],
)
def test_a_canonical_colour_says_all_it_is(
    color: str, channels: tuple[int, ...], opacity: float, inks: tuple[float, ...]
) -> None:
    """Screen channels, opacity and inks are read from the canonical form; inks that were written are kept exactly."""
    assert colors.channels(color) == channels
    assert colors.opacity(color) == opacity
    assert colors.inks(color) == pytest.approx(inks)


def test_a_colour_seen_through_is_mixed_with_its_ground() -> None:
    """Half black on white is grey, nothing on white is white, and an opaque colour keeps its inks."""
    assert colors.over("#00000080", "#FFFFFF") == "#7F7F7F"
    assert colors.over("#00000000", "#FFEEDD") == "#FFEEDD"
    assert colors.over("cmyk(0 0 0 100, #000000)", "#FFFFFF") == "cmyk(0 0 0 100, #000000)"
    assert colors.mean(["#000000", "#FF8000"]) == "#804000"
