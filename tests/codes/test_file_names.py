"""Names in a ZIP can be unpacked everywhere, stay where they are unpacked, and are there once."""

import pytest

from repoint.codes.file_names import LENGTH_MAX, FileNames, safe_stem

CASES = (
    ("table 7", "table 7"),
    ("../../etc/passwd", "passwd"),
    ("..\\..\\windows\\system32", "system32"),
    ("/absolute", "absolute"),
    ("C:\\x", "x"),
    ("menu.SVG", "menu"),
    ("menu.pdf.png", "menu"),
    ("CON", "_CON"),
    ("lpt1.txt", "_lpt1.txt"),
    ("a\x00b\nc\u202egnp", "a_b_c_gnp"),
    ('what? "this" <is>|*', "what_ _this_ _is___"),
    ("...", ""),
    ("", ""),
    (" . ", ""),
    ("-rf", "rf"),
    ("Straße 東京", "Straße 東京"),
    ("\ud800half", "half"),
)


@pytest.mark.parametrize(("wanted", "kept"), CASES)
def test_what_is_kept(wanted: str, kept: str) -> None:
    """Folders, extensions, what a system refuses and what deceives the eye are taken out; the rest stays."""
    assert safe_stem(wanted) == kept


def test_names_are_short() -> None:
    """However long a wish is, and in whatever script, the name fits every file system."""
    for wanted in ("x" * 1_000, "東" * 1_000, "👩‍👩‍👧" * 500):
        names = FileNames([], extension="svg")
        for name in (names.give(wanted, otherwise="a") for _ in range(12)):
            assert len(name) <= LENGTH_MAX
            assert len(name.encode()) <= 255


def test_each_name_is_given_once() -> None:
    """Names that differ in case alone are one to some systems, so they are numbered; names from before count too."""
    names = FileNames(["Menu.svg"], extension="svg")
    given = [names.give(wanted, otherwise="x") for wanted in ("menu", "MENU", "menu-2", "", "", "..")]
    assert given == ["menu-2.svg", "MENU-3.svg", "menu-2-2.svg", "x.svg", "x-2.svg", "x-3.svg"]
    many = FileNames([], extension="svg")
    assert len({many.give("same", otherwise="").lower() for _ in range(5_000)}) == 5_000
