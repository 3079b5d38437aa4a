"""Whatever is refused can be repaired, and only as far as needed."""

import sys
from typing import Any

import pytest

from repoint.rendering import complete, parse
from repoint.rendering.legibility import check, product, repair
from repoint.rendering.legibility.check import judged
from repoint.rendering.legibility.product import Product
from repoint.rendering.legibility.repair import STEPS

TEXT = "https://repoint.example/r/aB3xK9z"

REFUSED: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"modules": {"color": "#FFF59D"}}, {}),
    ({"modules": {"color": "#222"}, "background": {"color": "#555"}}, {}),
    ({"modules": {"color": "#FDE68A", "shape": "dots", "scale": 0.6}, "quiet_zone": 0}, {}),
    ({"modules": {"color": "cmyk(0 0 60 0)"}}, {}),
    ({"modules": {"color": "#777"}, "background": {"color": "#666"}}, {}),
    ({"corners": {"inner_color": "#FDE68A", "top_left": {"outer_color": "#EEE"}}}, {}),
    ({"corners": {"outer_color": "#FFFFFF"}, "background": {"color": "#BBBBBB"}}, {}),
    ({"modules": {"gradient": {"kind": "radial", "stops": ["#FFF", "#000"]}}}, {}),
    ({"background": {"gradient": {"kind": "linear", "stops": ["#FFF", "#333"]}}}, {}),
    ({"quiet_zone": 0}, {}),
    ({"quiet_zone": 0, "logo": {"name": "wifi", "size": 0.4, "padding": 4, "plate": "circle"}}, {}),
    ({"background": {"color": "transparent"}}, {"surround": "#101010"}),
    ({"modules": {"color": "white"}, "background": {"color": "transparent"}}, {}),
    ({"logo": {"name": "wifi", "size": 0.4, "padding": 4, "plate": "square"}, "version_min": 40}, {}),
]


def _differences(before: object, after: object, path: str = "") -> set[str]:
    if isinstance(before, dict) and isinstance(after, dict):
        return {change for name in before for change in _differences(before[name], after[name], f"{path}.{name}")}
    return set() if before == after else {path.removeprefix(".")}


@pytest.mark.parametrize(("written", "made_for"), REFUSED)
def test_refused_designs_are_repaired(written: dict[str, Any], made_for: dict[str, Any]) -> None:
    """The repaired design passes, says what was changed, and keeps its text and frame."""
    design, made = parse(written), product(**made_for)
    text = "x" * 2_900 if written.get("version_min") == 40 else TEXT
    assert not check(text, design, made).passes
    repaired = repair(text, design, made)
    assert repaired.verdict.passes, repaired
    assert check(text, repaired.design, made).score == repaired.verdict.score
    assert repaired.changes
    assert not any("plain" in change for change in repaired.changes), repaired.changes


def test_what_passes_is_left_alone() -> None:
    """A design that passes, with warnings or without, comes back as it is."""
    for written in ({}, {"modules": {"shape": "dots", "scale": 0.6}}, {"corners": {"inner_shape": "circle"}}):
        design = parse(written)
        assert repair(TEXT, design).design == design
        assert repair(TEXT, design).changes == ()


def test_only_what_is_at_fault_is_changed() -> None:
    """A missing quiet zone costs the design nothing else, a pale colour only itself."""
    beautiful = {"modules": {"shape": "heart", "color": "#BE123C"}, "corners": {"outer_shape": "leaf"}}
    design = parse(beautiful | {"quiet_zone": 0})
    assert _differences(complete(design), complete(repair(TEXT, design).design)) == {"quiet_zone"}
    pale = parse({"modules": {"shape": "fluid", "color": "#FCD34D"}, "corners": {"outer_shape": "leaf"}})
    assert _differences(complete(pale), complete(repair(TEXT, pale).design)) == {"modules.color"}


def test_repairs_are_bounded_and_the_same_every_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two repairs of a hopeless design are equal, and take at most two checks for each step."""
    design = parse(REFUSED[2][0])
    checks: list[Product] = []

    def counted(*arguments: Any, **others: Any) -> Any:
        checks.append(arguments[2])
        return judged(*arguments, **others)

    monkeypatch.setattr(sys.modules[repair.__module__], "judged", counted)
    assert repair(TEXT, design) == repair(TEXT, design)
    assert len(checks) <= 2 * (2 * len(STEPS))


def test_no_design_repairs_too_few_pixels() -> None:
    """Where the size is what fails, the verdict still says so."""
    repaired = repair("x" * 400, parse({}), product(size_px=100))
    if not repaired.verdict.passes:
        assert "few-pixels" in {finding.code for finding in repaired.verdict.findings}
