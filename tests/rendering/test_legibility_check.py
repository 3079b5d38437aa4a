"""Each weakness is found, priced, and paired with a remedy that is true."""

import json
from dataclasses import replace
from typing import Any

import pytest

from repoint.rendering import BadDesign, Composition, TooLong, Unrenderable, compose_text, parse, patched
from repoint.rendering.legibility import Legibility, check, evidence, product
from repoint.rendering.presets import PRESETS, preset
from repoint.rendering.scene import Contour, Fill, Line, Solid, Stamp
from repoint.rendering.stamps import dot

TEXT = "https://repoint.example/r/aB3xK9z"
LONG_TEXT = f"{TEXT}?utm_source=poster&utm_medium=print&utm_campaign=spring"
BUSINESS_CARD = f"BEGIN:VCARD\nVERSION:3.0\nN:Doe;Jane\nTEL:+4930123456\nURL:{TEXT}\nEND:VCARD"

WHITE_ON_BLACK = {"modules": {"color": "white"}, "background": {"color": "black"}}
TRANSPARENT = {"background": {"color": "transparent"}}
ROUND = {"corners": {"outer_shape": "circle", "inner_shape": "circle"}}
PALE = {"modules": {"color": "#FFF59D"}}
NO_QUIET_ZONE = {"quiet_zone": 0}
TINY_DOTS = {"modules": {"shape": "dots", "scale": 0.6}}
BIG_LOGO = {"logo": {"name": "wifi", "size": 0.4, "plate": "square", "padding": 4}, "error_correction": "L"}

TABLE = [
    ({}, {}, "A", {}),
    ({"modules": {"shape": "dots"}}, {}, "A", {}),
    ({"modules": {"shape": "rounded", "color": "#0F172A"}, "frame": {"style": "card"}}, {}, "A", {}),
    (PALE, {}, "F", {"low-contrast": "refuse", "unread": "refuse"}),
    ({"modules": {"color": "#F59E0B"}}, {}, "CD", {"low-contrast": "warn"}),
    ({"modules": {"color": "#222"}, "background": {"color": "#555"}}, {}, "F", {"low-contrast": "refuse"}),
    ({"corners": {"top_left": {"inner_color": "#FDE68A"}}}, {}, "F", {"low-contrast": "refuse"}),
    (
        {"corners": {"outer_color": "#FFFFFF"}, "background": {"color": "#BBBBBB"}},
        {},
        "F",
        {"mixed-polarity": "refuse"},
    ),
    (WHITE_ON_BLACK, {}, "C", {"inverted": "warn"}),
    (TRANSPARENT, {}, "A", {"transparent": "warn"}),
    (TRANSPARENT, {"surround": "#FFFFFF"}, "A", {}),
    (TRANSPARENT, {"surround": "#101010"}, "F", {"low-contrast": "refuse"}),
    (NO_QUIET_ZONE, {}, "F", {"quiet-zone": "refuse"}),
    (NO_QUIET_ZONE, {"surround": "white"}, "A", {}),
    (NO_QUIET_ZONE | {"frame": {"style": "border"}}, {}, "A", {}),
    ({"quiet_zone": 1}, {}, "B", {"quiet-zone": "warn"}),
    ({"quiet_zone": 2}, {}, "AB", {"quiet-zone": "info"}),
    (TINY_DOTS, {}, "BCD", {"thin-shape": "warn"}),
    ({"modules": {"shape": "heart", "scale": 0.8}}, {}, "BCD", {"thin-shape": "warn"}),
    (ROUND, {}, "ABC", {"circle-corner": "warn"}),
    ({"corners": {"bottom_left": {"inner_shape": "circle"}}}, {}, "ABC", {"circle-corner": "warn"}),
    (BIG_LOGO, {}, "BCD", {"damage": "warn"}),
    ({"logo": {"name": "wifi"}}, {}, "A", {"damage": "info"}),
    ({}, {"fmt": "png", "size_px": 80}, "C", {"few-pixels": "warn"}),
    ({}, {"fmt": "jpg", "size_px": 400}, "A", {}),
    ({}, {"fmt": "svg", "width_mm": 6}, "B", {"small-print": "warn"}),
    ({}, {"fmt": "pdf", "width_mm": 30}, "A", {}),
]


@pytest.mark.parametrize(("written", "made_for", "grades", "expected"), TABLE)
def test_designs_get_the_findings_they_deserve(
    written: dict[str, Any], made_for: dict[str, Any], grades: str, expected: dict[str, str]
) -> None:
    """Each weakness is found with its severity, and nothing else but small losses against plain squares."""
    verdict = check(TEXT, parse(written), product(**made_for))
    found = {finding.code: finding.severity for finding in verdict.findings}
    assert verdict.grade in grades, verdict
    assert expected.items() <= found.items(), verdict
    if verdict.passes:
        assert set(found) - set(expected) <= {"weaker", "fragile"}, verdict
    assert verdict.passes == ("refuse" not in found.values())


def test_plain_squares_have_nothing_to_mend() -> None:
    """Black squares on white score 100, in small symbols and in large ones."""
    for version in (1, 2, 3, 5, 8, 14):
        verdict = check("7" * 10, parse({"version_min": version}))
        assert verdict.score >= 98, (version, verdict)


@pytest.mark.parametrize("text", [TEXT, LONG_TEXT, BUSINESS_CARD], ids=["link", "long link", "business card"])
@pytest.mark.parametrize("name", PRESETS)
def test_presets_are_graded_a(name: str, text: str) -> None:
    """What is offered out of the box reads well, without a warning, in large symbols too."""
    verdict = check(text, preset(name))
    assert verdict.grade == "A", verdict
    assert {finding.severity for finding in verdict.findings} <= {"info"}


@pytest.mark.parametrize(
    "written",
    [PALE, WHITE_ON_BLACK, TRANSPARENT, NO_QUIET_ZONE, {"quiet_zone": 1}, TINY_DOTS, ROUND, {"logo": {"name": "wifi"}}],
)
def test_remedies_gain_what_they_say(written: dict[str, Any]) -> None:
    """With a remedy the score rises by its gain, or by more where what is then endured was not counted."""
    design = parse(written)
    before = check(TEXT, design)
    remedies = [finding.remedy for finding in before.findings if finding.remedy]
    assert remedies
    for remedy in remedies:
        assert remedy.patch is not None
        after = check(TEXT, patched(design, remedy.patch))
        assert 0 <= after.score - before.score - remedy.gain <= 10, remedy
    main = max(remedies, key=lambda remedy: remedy.gain)
    assert main.patch is not None
    assert check(TEXT, patched(design, main.patch)).score == before.score + main.gain


def _lasting(verdict: Legibility) -> dict[str, int]:
    """Return the findings that do not hang on where a pixel begins."""
    return {finding.code: finding.points for finding in verdict.findings if finding.code not in ("weaker", "fragile")}


@pytest.mark.parametrize(
    "written", [{}, TINY_DOTS, ROUND, TRANSPARENT, WHITE_ON_BLACK, PALE, {"modules": {"color": "cmyk(100 80 0 40)"}}]
)
def test_paper_agrees_with_pixels(written: dict[str, Any]) -> None:
    """The PDF of a design, in either kind of colour and with bleed and marks, is judged about as the PNG of it."""
    from repoint.rendering import Options

    design = parse(written)
    png = check(TEXT, design)
    for fmt, options in (
        ("pdf", Options()),
        ("pdf", Options(cmyk=True, bleed_mm=3, crop_marks=True)),
        ("eps", Options(cmyk=True)),
    ):
        paper = check(TEXT, design, product(fmt=fmt, options=options))
        assert paper.passes == png.passes
        assert _lasting(paper) == _lasting(png)
        if png.passes:
            assert paper.measures == png.measures


def test_a_logo_that_cannot_be_drawn_is_a_finding() -> None:
    """Where a logo leaves no readable symbol, the verdict says which size does."""
    text = "x" * 2_900  # fills version 40 at level L, so that nothing can be raised
    design = parse({"logo": {"name": "wifi", "size": 0.4, "plate": "square"}})
    verdict = check(text, design)
    assert (verdict.score, verdict.grade, verdict.measures) == (0, "F", None)
    (finding,) = verdict.findings
    assert (finding.code, finding.severity) == ("damage", "refuse")
    assert finding.remedy is not None
    assert finding.remedy.patch is not None
    assert check(text, patched(design, finding.remedy.patch)).passes


def _with_dotted_eye(composition: Composition) -> Composition:
    x, y = composition.x + 2, composition.y + 2
    paper = Contour(x, y, (Line(x + 3, y), Line(x + 3, y + 3), Line(x, y + 3)))
    dots = Stamp(dot(0.8), tuple((x + column, y + row) for column in range(3) for row in range(3)))
    over = (Fill(Solid("#FFFFFF"), (paper,)), Fill(Solid("#000000"), (), (dots,)))
    return replace(composition, scene=replace(composition.scene, layers=(*composition.scene.layers, *over)))


def test_dotted_eyes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A corner made of dots is refused, though this reader can still make it out."""
    monkeypatch.setattr(evidence, "compose_text", lambda *_: _with_dotted_eye(compose_text(TEXT, parse({}))))
    verdict = check(TEXT, parse({}))
    assert {finding.code: finding.severity for finding in verdict.findings}["broken-corner"] == "refuse"
    assert not verdict.passes


def test_covered_modules_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """What covers data shows as wrong modules and as damage, whoever put it there."""
    composition = compose_text(TEXT, parse({}))
    x, y = composition.x + 12, composition.y + 12
    blot = Fill(Solid("#000000"), (Contour(x, y, (Line(x + 5, y), Line(x + 5, y + 5), Line(x, y + 5))),))
    blotted = replace(composition, scene=replace(composition.scene, layers=(*composition.scene.layers, blot)))
    monkeypatch.setattr(evidence, "compose_text", lambda *_: blotted)
    verdict = check(TEXT, parse({}))
    codes = {finding.code for finding in verdict.findings}
    assert {"wrong-modules", "damage"} <= codes
    assert verdict.measures is not None
    assert 5 <= verdict.measures.wrong_modules <= 25


def test_the_verdict_is_the_same_every_time_and_plain_json() -> None:
    """Equal arguments give equal verdicts, and a verdict survives JSON."""
    design = parse(TINY_DOTS | ROUND)
    first, second = check(TEXT, design), check(TEXT, design)
    assert first == second
    assert json.loads(json.dumps(first.as_json())) == first.as_json()
    assert set(first.as_json()) == {
        *("score", "grade", "passes", "findings", "print", "measures", "conditions", "changes")
    }


def test_the_score_is_what_the_findings_leave() -> None:
    """Points add up, the score does not fall below 0, and grades follow it."""
    verdict = check(TEXT, parse(PALE | NO_QUIET_ZONE))
    assert verdict.score == 0
    weak = check(TEXT, parse(TINY_DOTS))
    assert weak.score == 100 - sum(finding.points for finding in weak.findings)
    assert Legibility((), None, None, {}, ()).grade == "A"


def test_changes_for_a_logo_are_passed_on() -> None:
    """What a logo raised is in the verdict."""
    verdict = check(TEXT, parse({"logo": {"name": "wifi", "size": 0.35}, "error_correction": "L"}))
    assert any("raised" in change for change in verdict.changes)


def test_what_is_no_matter_of_legibility_is_raised() -> None:
    """Texts that fit no symbol, frames without their text's letters and products out of range are errors."""
    with pytest.raises(TooLong):
        check("x" * 3_000, parse({}))
    with pytest.raises(BadDesign):
        check(TEXT, parse({"logo": {"image": "mine"}}))
    for arguments, field in (
        ({"fmt": "pgn"}, "format"),
        ({"surround": "blurple"}, "surround"),
        ({"width_mm": 1}, "width_mm"),
    ):
        with pytest.raises(Unrenderable) as error:
            product(**arguments)
        assert error.value.field == field
