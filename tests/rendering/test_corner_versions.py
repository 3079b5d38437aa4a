"""The seventeen numbers of QR Code Generator PRO name seventeen looks."""

from typing import get_args

from repoint.rendering.corner_versions import CORNER_VERSIONS, version_of
from repoint.rendering.design import CornerShape


def test_all_numbers_are_there_and_differ() -> None:
    """version1 to version17 are pairs of known shapes, no two the same, and each pair leads back to its number."""
    assert list(CORNER_VERSIONS) == [f"version{number}" for number in range(1, 18)]
    assert len(set(CORNER_VERSIONS.values())) == 17
    assert {shape for pair in CORNER_VERSIONS.values() for shape in pair} == set(get_args(CornerShape))
    assert all(version_of(*pair) == version for version, pair in CORNER_VERSIONS.items())
    assert version_of("cut", "leaf") is None


def test_the_two_numbers_that_are_known_look_as_known() -> None:
    """version1 is square throughout; version17 is a rounded ring with a round eye."""
    assert CORNER_VERSIONS["version1"] == ("square", "square")
    assert CORNER_VERSIONS["version17"] == ("rounded", "circle")
