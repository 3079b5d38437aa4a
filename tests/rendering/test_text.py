"""Text of every script comes out as the outlines its readers expect."""

# ruff: noqa: RUF001  # letters of every script

import subprocess
import sys
from pathlib import Path

import pytest

from repoint.rendering.errors import BadDesign
from repoint.rendering.fonts import candidates, catalogue
from repoint.rendering.fonts.catalogue import CHOICES
from repoint.rendering.scene import Contour, Curve
from repoint.rendering.text import LINES_KEPT_MAX, Line, placed, set_line, tidy
from repoint.rendering.text_runs import reading

COVERED = {
    "Latin": "Scan me! ĄçÑßšŐ€£™",
    "Vietnamese": "Quét mã này để mở Ệ",
    "Greek": "Σάρωσέ με",
    "Cyrillic": "Отсканируй меня ЇЄҐЎ",
    "Arabic": "امسح الرمز ضوئيًا",
    "Persian": "این کد را اسکن کنید",
    "Urdu": "مجھے اسکین کریں",
    "Hebrew": "סְרֹק אוֹתִי",
    "Devanagari": "मुझे स्कैन करें",
    "Bengali": "আমাকে স্ক্যান করুন",
    "Tamil": "என்னை ஸ்கேன் செய்",
    "Thai": "สแกนฉันสิ น้ำ",
    "Chinese": "扫描二维码，关注我们！",
    "Taiwanese": "請掃描條碼加入會員",
    "Japanese": "スキャンして登録してください！",
    "Korean": "스캔하세요",
    "emoji": "👉 📱 ❤ ★",
    "arrows": "→ ↓ ✓",
}


def line(text: str, **changes: str) -> Line:
    """Set a line in bold sans."""
    settings = {"font": "sans", "weight": "bold", **changes}
    return set_line(text, read=reading(text), **settings)


def bounds(path: tuple[Contour, ...]) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom of all points on a path."""
    xs = [x for contour in path for x in (contour.x, *(step.x for step in contour.steps))]
    ys = [y for contour in path for y in (contour.y, *(step.y for step in contour.steps))]
    return min(xs), min(ys), max(xs), max(ys)


@pytest.mark.parametrize("weight", ["regular", "bold"])
@pytest.mark.parametrize("script", COVERED)
def test_every_script_is_covered(script: str, weight: str) -> None:
    """Text in each script that docs/fonts.md names has outlines, and the box of its ink holds them tightly."""
    found = line(COVERED[script], weight=weight)
    assert bounds(found.path) == pytest.approx((0, found.top, found.width, found.bottom), abs=0.01)


@pytest.mark.parametrize("weight", ["regular", "bold"])
@pytest.mark.parametrize("font", CHOICES)
def test_every_font_looks_as_large(font: str, weight: str) -> None:
    """Capitals of every font to choose from are about as high, so that a change of font keeps the picture balanced."""
    assert -line("H", font=font, weight=weight).top == pytest.approx(0.8, abs=0.13)


def test_fonts_differ() -> None:
    """Each font and weight draws its own letters, and text not in it comes from another one."""
    drawn = {line("Rag", font=font, weight=weight).path for font in CHOICES for weight in ("regular", "bold")}
    assert len(drawn) == 2 * len(CHOICES)
    assert line("Ψ", font="rounded").path == line("Ψ").path


def test_a_word_does_not_change_its_font() -> None:
    """A font with the Greek letters that are signs as well does not draw those alone in a Greek word."""
    assert line("π", font="condensed").path != line("π").path
    assert line("πα", font="condensed").path == line("πα").path


def test_letters_are_kerned() -> None:
    """AV stands closer together than the two letters apart."""
    apart = line("A").width + line("V").width
    assert line("AV").width < apart - 0.02


def test_arabic_letters_join() -> None:
    """Three letters in a word are narrower than the same three alone, which end in a bowl each."""
    alone, joined = line("س"), line("سسس")
    assert joined.width < 0.9 * 3 * alone.width


def test_devanagari_is_reordered() -> None:
    """The vowel sign i is written after its consonant and drawn before it; a conjunct is narrower than its parts."""
    assert line("कि").path[0] != line("क").path[0]
    assert line("क्ष").width < line("क").width + line("ष").width


def test_japanese_has_its_own_forms() -> None:
    """A character that Japan and China draw differently is Japanese beside kana and Chinese without."""
    japanese = line("直の").path
    chinese = line("直").path
    assert japanese[: len(chinese)] != chinese


def test_signs_stay_in_the_font_of_their_letters() -> None:
    """An exclamation mark after Arabic comes from the Arabic font, not from the Latin one."""
    arabic = line("م!").path
    assert not any(contour in arabic for contour in line("!").path)


def test_right_to_left_is_drawn_from_the_right() -> None:
    """The first letter of a Hebrew word is the rightmost."""
    first, word = line("ב"), line("בא")
    moved = placed(first, x=word.width - first.width, y=0, size=1)
    starts = {(round(contour.x, 3), round(contour.y, 3)) for contour in word.path}
    assert {(round(contour.x, 3), round(contour.y, 3)) for contour in moved} <= starts


def test_curves_are_cubic_and_few() -> None:
    """Outlines are made of lines and cubic curves, about 100 steps for the text most frames have."""
    path = line("Scan me!").path
    assert any(isinstance(step, Curve) for contour in path for step in contour.steps)
    assert sum(len(contour.steps) for contour in path) < 120


def test_a_placed_line_is_scaled_and_moved() -> None:
    """At size 5 the ink begins at x, and the baseline lies at y."""
    one = line("Scan")
    expected = 7, 20 + 5 * one.top, 7 + 5 * one.width, 20 + 5 * one.bottom
    assert bounds(placed(one, x=7, y=20, size=5)) == pytest.approx(expected, abs=0.05)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Scan 🦄", "🦄 (U+1F984 UNICORN FACE)"),
        ("𓀀", "U+13000"),
        ("a\ue000", "U+E000"),
        ("🦄🦄𓀀", "UNICORN FACE), 𓀀"),
        ("👍🏽", "U+1F3FD"),
        ("❤\u200d🔥", "joins characters"),
        ("".join(map(chr, range(0x13000, 0x13008))), "and 3 more"),
    ],
)
def test_missing_characters_are_named(text: str, named: str) -> None:
    """What no font has is refused with the field and the characters, never drawn as an empty box."""
    with pytest.raises(BadDesign) as raised:
        line(text)
    assert raised.value.field == "design.frame.text"
    assert named in raised.value.reason


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  Scan\t me  ", "Scan me"),
        ("Scan \r\n me", "Scan\nme"),
        ("e\u0301", "é"),
        ("❤\ufe0f", "❤"),
        ("\u202bא\u202c\u200b\ufeff\u00ad", "א"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("\x00\x1b", ""),
        (" \u00a0\u3000", ""),
    ],
)
def test_text_is_tidied(text: str, kept: str) -> None:
    """Accents are composed, white space is single, and what cannot be seen is gone, joiners excepted."""
    assert tidy(text) == kept


def test_harfbuzz_waits_until_there_is_text() -> None:
    """A symbol without a frame is drawn without loading HarfBuzz or a font."""
    code = "import sys, repoint.rendering.frames; sys.exit('uharfbuzz' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_caches_are_bounded() -> None:
    """However many texts are set, the lines that are kept stay few."""
    for number in range(LINES_KEPT_MAX + 20):
        line(str(number))
    assert set_line.cache_info().currsize <= LINES_KEPT_MAX


def test_every_bundled_font_is_reachable() -> None:
    """No file is bundled that no text can be drawn with."""
    reachable = {
        face.name
        for font in CHOICES
        for weight in ("regular", "bold")
        for face in candidates(font, weight, japanese=True)
    }
    assert reachable == {file.stem for file in Path(catalogue.__file__).parent.glob("*.otf")}
