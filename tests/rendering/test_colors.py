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
    ],
)
def test_every_spelling_ends_as_upper_case_hex(written: str, meant: str) -> None:
    """Short hex, long hex and CSS names in any case give #RRGGBB."""
    assert colors.parse(written) == meant


def test_names_mean_what_other_programs_mean() -> None:
    """All 148 names of CSS have the values that Pillow knows."""
    for name in ImageColor.colormap:
        assert colors.channels(colors.parse(name)) == ImageColor.getrgb(name)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("#12345", "hexadecimal"),
        ("#GGGGGG", "hexadecimal"),
        ("#11223344", "hexadecimal"),
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
