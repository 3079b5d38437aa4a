"""Cut the bundled fonts out of their full releases.

    npm install --prefix SOURCES @expo-google-fonts/inter@0.4.2 ...     (every package in PACKAGES: the whole fonts)
    dpkg-deb -x fonts-noto-cjk_20220127+repack1-1_all.deb SOURCES       (Noto Sans CJK, from Debian 12)
    python scripts/subset_fonts.py SOURCES src/repoint/rendering/fonts

Needs fonttools and cffsubr, which Repoint itself does not. The same sources give the same bytes. What is kept: the
characters of the sets below, all shaping rules but stylistic alternates, and the copyright and licence of each font.
Hinting goes, because outlines are all that is drawn; quadratic outlines become cubic ones, which halves the curves and
with them the text in a picture. docs/fonts.md says what the result covers.
"""

# ruff: noqa: INP001, RUF001  # a script, run by path; it lists signs of every kind

import json
import logging
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import cffsubr
from fontTools import subset
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.qu2cuPen import Qu2CuPen
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.ttLib import TTFont

LOG = logging.getLogger("subset_fonts")

NPM = "node_modules/@expo-google-fonts"
PACKAGES = {
    "inter": "0.4.2",
    "noto-serif": "0.4.2",
    "nunito": "0.4.2",
    "jetbrains-mono": "0.4.1",
    "oswald": "0.4.2",
    "caveat": "0.4.2",
    "noto-sans-arabic": "0.4.3",
    "noto-sans-hebrew": "0.4.1",
    "noto-sans-devanagari": "0.4.1",
    "noto-sans-bengali": "0.4.4",
    "noto-sans-tamil": "0.4.3",
    "noto-sans-thai": "0.4.2",
    "noto-emoji": "0.4.7",
}
CJK = "usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc"
CJK_JAPANESE, CJK_CHINESE = 0, 2  # places in the collection

# Copyright, family, style, name, version, licence and its address.
NAMES_KEPT = [0, 1, 2, 4, 5, 13, 14]

# Alternates that a plain text never asks for; small capitals and the like.
FEATURES_LEFT_OUT = {"frac", "numr", "dnom", "ordn", "subs", "sups", "sinf", "zero", "case", "vert", "vrt2", "vkrn"}

# How far a cubic curve may stray from the quadratic ones that it stands for: invisible at any size that is printed.
STRAY_MAX_EM = 0.0008

Characters = set[str]


@dataclass(frozen=True)
class Face:
    """One font file to cut: where it comes from, and which characters it keeps."""

    target: str
    source: str
    keeps: Characters
    number: int = -1  # in a collection


def spans(text: str) -> Characters:
    """Return the characters of hexadecimal spans such as `20-7E A9`."""
    found = set()
    for span in text.split():
        first, _, last = span.partition("-")
        found |= {chr(code) for code in range(int(first, 16), int(last or first, 16) + 1)}
    return found


def rows(codec: str, leads: Iterable[int], trails: Iterable[int]) -> Characters:
    """Return the characters in the rows of a national character set."""
    found = set()
    for lead in leads:
        for trail in trails:
            try:
                found |= set(bytes([lead, trail]).decode(codec))
            except UnicodeDecodeError:
                continue
    return found


SIGNS = spans(
    "20-7E A0-BF D7 F7 2010-2027 202F-203A 2044 2070 2074-2079 20A0-20C0 2116 2120 2122 2126 2190-2199 21A9 21AA"
    " 2212 2215 2248 2260 2264 2265 25A0 25B2 25B6 25BC 25C0 25CF 2605 2665 2713 2714"
)
LATIN = SIGNS | spans("C0-24F 259 2B9-2DD 300-304 306-30C 31B 323-328 1E00-1EFF")
GREEK = spans("370-3FF")
CYRILLIC = spans("400-52F")
JOINERS = spans("200C-200F 25CC")

EASTERN = range(0xA1, 0xFF)
CHINESE = rows("gb2312", range(0xB0, 0xF8), EASTERN)  # GB 2312, both levels: 6,763
TAIWANESE = rows("big5", range(0xA4, 0xC7), [*range(0x40, 0x7F), *EASTERN])  # Big5, first level: 5,401
KANJI = rows("euc_jp", range(0xB0, 0xD0), EASTERN)  # JIS X 0208, first level: 2,965
HANGUL = rows("euc_kr", range(0xB0, 0xC9), EASTERN)  # KS X 1001: 2,350 syllables
KANA = spans("3041-3096 3099-30FF 31F0-31FF")
JAMO = spans("3131-318E")
WIDE = spans("3000-301F FF01-FF5E FFE0-FFE6")
HAN = {character for character in CHINESE | TAIWANESE | KANJI if "\u4e00" <= character <= "\u9fff"}

# What people put beside "scan me": hands, phones, food, shops, travel, faces, hearts.
EMOJI = set(
    "☀☁☂☎☑☕☝☺♥♨♻⚠⚡⚽✂✅✈✉✋✌✍✏✔✨❄❌❓❗❤➕➡⬅⬆⬇⭐"
    "🌈🌍🌐🌙🌞🌟🌱🌲🌴🌷🌸🌹🌿🍀🍁🍅🍇🍉🍊🍋🍌🍎🍓🍔🍕🍖🍗🍜🍝🍞🍟🍣🍦🍩🍪🍫🍭🍰🍳🍴🍵🍷🍸🍹🍺🍻🍽🍾🎁🎂🎄🎈🎉🎊🎓🎟🎤"
    "🎧🎨🎫🎬🎮🎯🎵🎶🎸🏀🏁🏆🏠🏡🏢🏥🏦🏨🏪🏫🏷🐕🐟🐱🐶🐾👀👆👇👈👉👋👌👍👎👏👑👕👗👟👶💃💄💅💇💉💊💍💎💐💖💙💡💪💬"
    "💯💰💳💵💻💼📄📅📆📈📊📋📌📍📎📖📚📞📢📣📦📧📩📮📰📱📲📶📷📸📹📺📻🔊🔍🔎🔐🔑🔒🔓🔔🔗🔥🔧🔨🗓🗝🗺😀😁😂😃😄😇😉😊😋😍"
    "😎😘😜🙂🙌🙏🚀🚂🚌🚕🚗🚚🚢🚨🚪🚲🚿🛍🛒🛠🤔🤗🤝🤩🥂🥇🥐🥑🥗🥤🥳🧁🧡🧩🩺"
)


def latin(name: str, family: str, regular: str, bold: str) -> list[Face]:
    """Return both weights of a Latin, Greek or Cyrillic font."""
    return western(name, family, LATIN | GREEK | CYRILLIC, regular, bold)


def western(name: str, family: str, keeps: Characters, regular: str, bold: str) -> list[Face]:
    """Return both weights of a font of one package."""
    return [
        Face(f"{family}-{weight}.otf", f"{NPM}/{name}/{style}/{family}_{style}.ttf", keeps)
        for weight, style in (("Regular", regular), ("Bold", bold))
        if style
    ]


FACES = [
    *latin("inter", "Inter", "500Medium", "700Bold"),
    *latin("noto-serif", "NotoSerif", "500Medium", "700Bold"),
    *latin("nunito", "Nunito", "600SemiBold", "800ExtraBold"),
    *latin("jetbrains-mono", "JetBrainsMono", "400Regular", "800ExtraBold"),
    *latin("oswald", "Oswald", "400Regular", "600SemiBold"),
    *latin("caveat", "Caveat", "500Medium", "700Bold"),
    *western("noto-sans-arabic", "NotoSansArabic", SIGNS | JOINERS | spans("600-6FF 750-77F"), "500Medium", "700Bold"),
    *western("noto-sans-hebrew", "NotoSansHebrew", SIGNS | JOINERS | spans("591-5F4"), "500Medium", "700Bold"),
    *western("noto-sans-devanagari", "NotoSansDevanagari", SIGNS | JOINERS | spans("900-97F"), "500Medium", "700Bold"),
    *western("noto-sans-bengali", "NotoSansBengali", JOINERS | spans("964 965 980-9FE"), "", "700Bold"),
    *western("noto-sans-tamil", "NotoSansTamil", JOINERS | spans("B82-BFA"), "", "700Bold"),
    *western("noto-sans-thai", "NotoSansThai", JOINERS | spans("E01-E5B"), "", "700Bold"),
    Face("NotoSansSC-Bold.otf", CJK, HAN | HANGUL | JAMO | WIDE, CJK_CHINESE),
    Face("NotoSansJP-Bold.otf", CJK, KANJI | KANA | WIDE, CJK_JAPANESE),
    Face("NotoEmoji-Bold.otf", f"{NPM}/noto-emoji/700Bold/NotoEmoji_700Bold.ttf", EMOJI),
]


def check_versions(sources: Path) -> None:
    """Stop when a package is not the one that the bundled fonts were cut from."""
    for name, version in PACKAGES.items():
        found = json.loads((sources / NPM / name / "package.json").read_text())["version"]
        if found != version:
            sys.exit(f"{name} is {found}, but the fonts were cut from {version}")


def cut(face: Face, sources: Path, target: Path) -> None:
    """Write one font with no more than it needs."""
    options = subset.Options()
    options.hinting = False
    options.notdef_outline = False
    options.glyph_names = False
    options.name_IDs = NAMES_KEPT
    options.layout_features = sorted(set(subset.Options._layout_features_default) - FEATURES_LEFT_OUT)  # noqa: SLF001
    options.drop_tables += ["vhea", "vmtx", "VORG", "BASE", "STAT", "meta", "MATH"]
    if face.number >= 0:
        # The variants of other regions double such a file; each region that is bundled has its own instead.
        options.drop_tables += ["GSUB"]
    with TTFont(sources / face.source, fontNumber=face.number, recalcTimestamp=False) as font:
        subsetter = subset.Subsetter(options)
        subsetter.populate(text="".join(sorted(face.keeps)))
        subsetter.subset(font)
        if "glyf" in font:
            make_cubic(font)
        cffsubr.subroutinize(font)
        font.save(target / face.target)


def make_cubic(font: TTFont) -> None:
    """Turn TrueType outlines into PostScript ones."""
    glyphs, names = font.getGlyphSet(), font["name"]
    units_per_em = font["head"].unitsPerEm
    charstrings = {}
    for name in font.getGlyphOrder():
        pen = T2CharStringPen(round(font["hmtx"][name][0]), glyphs)
        glyphs[name].draw(Qu2CuPen(pen, units_per_em * STRAY_MAX_EM, all_cubic=True))
        charstrings[name] = pen.getCharString()
    del font["glyf"], font["loca"]
    font.sfntVersion = "OTTO"
    font["maxp"].tableVersion = 0x00005000
    family = names.getDebugName(1)
    builder = FontBuilder(font=font)
    builder.setupCFF(family.replace(" ", ""), {"FamilyName": family}, charstrings, {})


def main() -> None:
    """Cut every font and say how large each has become."""
    sources, target = map(Path, sys.argv[1:])
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    check_versions(sources)
    for face in FACES:
        cut(face, sources, target)
        LOG.info("%9d  %s", (target / face.target).stat().st_size, face.target)


if __name__ == "__main__":
    main()
