"""Level and version are raised to carry a logo, no more than needed, and it is said."""

import pytest

from repoint.rendering import logo_import
from repoint.rendering.damage import assess
from repoint.rendering.errors import TooLong, Unrenderable
from repoint.rendering.logo import Logo
from repoint.rendering.logo_fit import DAMAGE_AIM, DAMAGE_MAX, GROWTH_MAX, Fit, fit
from repoint.rendering.symbol import ErrorCorrection, encode

TEXT = "https://example.com/r/aB3xK9z"
SQUARE = logo_import.read(b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h20v20H0z"/></svg>')


def fitted(size: float, *, text: str = TEXT, error_correction: ErrorCorrection = "auto", version_min: int = 1) -> Fit:
    """Fit a square logo of a size."""
    logo = Logo(size=size, plate="square")
    return fit(text, logo, SQUARE, error_correction=error_correction, version_min=version_min)


def test_a_small_logo_changes_nothing() -> None:
    """Where the symbol can carry it anyway, it stays as it would be without a logo."""
    found = fitted(0.12, text="HELLO", version_min=2)
    assert found.symbol == encode("HELLO", error_correction="auto", version_min=2)
    assert found.changes == ()


def test_says_what_was_raised() -> None:
    """The answer names the level and the version from which to which they were raised."""
    before = encode(TEXT, error_correction="auto")
    found = fitted(0.25)
    assert (before.version, before.level, found.symbol.version, found.symbol.level) == (2, "L", 5, "H")
    assert found.changes == (
        "level raised from L to H to carry the logo",
        "version raised from 2 to 5 to carry the logo",
    )
    assert found.damage.share <= DAMAGE_AIM


def test_a_level_asked_for_is_raised_no_more_than_needed() -> None:
    """In the same version, a lower level that suffices is kept; `auto` takes the highest there is."""
    asked, auto = fitted(0.25, error_correction="M"), fitted(0.25)
    assert asked.symbol.version == auto.symbol.version
    assert (asked.symbol.level, auto.symbol.level) == ("Q", "H")
    assert asked.changes[0] == "level raised from M to Q to carry the logo"


@pytest.mark.parametrize("size", [0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4])
@pytest.mark.parametrize("length", [1, 20, 60, 200, 700])
def test_what_is_reported_is_what_is_drawn(size: float, length: int) -> None:
    """The damage is that of the symbol and modules returned, and the symbol grows by half at most."""
    found = fitted(size, text="a" * length)
    assert found.damage == assess(found.symbol.version, found.symbol.level, found.placement.cleared)
    assert found.damage.share <= DAMAGE_MAX
    assert not found.damage.patterns - {"alignment"}
    start = encode("a" * length, error_correction="auto")
    assert start.size <= found.symbol.size < start.size * GROWTH_MAX + 4
    if found.damage.share > DAMAGE_AIM:
        assert f"costs {found.damage.share:.0%} of the error correction" in found.changes[-1]


def test_no_smaller_symbol_would_do() -> None:
    """Every smaller version, at every level that holds the text, is damaged more than the aim."""
    found = fitted(0.25)
    for version in range(2, found.symbol.version):
        for level in ("L", "M", "Q", "H"):
            symbol = encode(TEXT, error_correction=level, version_min=version)
            if symbol.version == version:
                small = fit(TEXT, Logo(size=0.25, plate="square"), SQUARE, error_correction=level, version_min=version)
                assert small.symbol.version > version


def test_refuses_with_the_size_that_works() -> None:
    """A logo that no symbol carries is refused, and the size in the sentence is the largest that works."""
    text = "a" * 2_900
    with pytest.raises(Unrenderable) as error:
        fitted(0.35, text=text)
    assert error.value.field == "design.logo.size"
    assert error.value.reason == "would cost 153% of the error correction; 0.29 or less works with this text"
    assert fitted(0.29, text=text).damage.share <= DAMAGE_MAX
    with pytest.raises(Unrenderable):
        fitted(0.3, text=text)


def test_text_that_fits_nothing_is_still_too_long() -> None:
    """A logo does not hide that there is too much text."""
    with pytest.raises(TooLong):
        fitted(0.2, text="a" * 3_000)
