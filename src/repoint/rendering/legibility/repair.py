"""The nearest design that scans."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from repoint.rendering.artwork import Artwork
from repoint.rendering.design import Design
from repoint.rendering.design_json import patched
from repoint.rendering.errors import RenderingError
from repoint.rendering.legibility.check import AS_PNG, drawable_size, judged
from repoint.rendering.legibility.contrast import contrast
from repoint.rendering.legibility.evidence import WHITE
from repoint.rendering.legibility.ink_share import THIN_BELOW, ink_share, scale_for
from repoint.rendering.legibility.polarity import QUIET_MODULES
from repoint.rendering.legibility.product import Product
from repoint.rendering.legibility.reading_rules import SQUARE_CORNERS
from repoint.rendering.legibility.recolor import reaching, swapped
from repoint.rendering.legibility.shape_rules import straightened
from repoint.rendering.legibility.verdict import Legibility
from repoint.rendering.logo import SIZE_MIN
from repoint.rendering.modules import CONNECTED

NEAR_CONTRAST, GOOD_CONTRAST = 0.45, 0.62


@dataclass(frozen=True, slots=True)
class Repaired:
    """A design that passes, the sentences that say what was changed, and its verdict, in which no gain is measured.

    The verdict does not pass when it is not the design that fails: the size asked for is too small for the text.
    """

    design: Design
    changes: tuple[str, ...]
    verdict: Legibility


@dataclass(frozen=True, slots=True)
class _Job:
    text: str
    made_for: Product
    image: Artwork | None

    def judge(self, design: Design) -> Legibility:
        return judged(self.text, design, self.made_for, image=self.image)


@dataclass(frozen=True, slots=True)
class _Change:
    patch: Mapping[str, Any]
    sentence: str


def repair(text: str, design: Design, made_for: Product = AS_PNG, *, image: Artwork | None = None) -> Repaired:
    """Return the design itself when it passes, else one that does, changed in as few of the steps as will do.

    The steps are taken in their order until the picture passes; then each is taken back that turns out not to be
    needed. That is at most two checks for each of eleven steps. Raises as `check` does.
    """
    job = _Job(text, made_for, image)
    verdict = job.judge(design)
    if verdict.passes:
        return Repaired(design, (), verdict)
    changes: list[_Change] = []
    changed = design
    for step in STEPS:
        change = step(changed, verdict, job)
        if change is None or (tried := _changed(changed, [change])) == changed:
            continue
        try:
            verdict = job.judge(tried)
        except RenderingError:  # a logo with wide padding cannot be that small
            continue
        changes.append(change)
        changed = tried
        if verdict.passes:
            return _without_needless(design, changes, changed, verdict, job)
    return Repaired(changed, tuple(change.sentence for change in changes), verdict)


def _without_needless(
    original: Design, changes: list[_Change], changed: Design, verdict: Legibility, job: _Job
) -> Repaired:
    needed = list(changes)
    for change in changes[:-1]:  # without the last one it did not pass
        fewer = [other for other in needed if other is not change]
        try:
            tried = _changed(original, fewer)
            less = job.judge(tried)
        except RenderingError:
            continue
        if less.passes:
            needed, changed, verdict = fewer, tried, less
    return Repaired(changed, tuple(change.sentence for change in needed), verdict)


def _changed(design: Design, changes: Iterable[_Change]) -> Design:
    for change in changes:
        design = patched(design, change.patch)
    return design


def _fit_logo(design: Design, verdict: Legibility, job: _Job) -> _Change | None:
    if verdict.measures:
        return None
    size = drawable_size(job.text, design, job.image)
    return _sized(size) if size else _without_logo(design, verdict, job)


def _reach_contrast(aim: float) -> "_Step":
    def step(design: Design, _: Legibility, job: _Job) -> _Change | None:
        under = job.made_for.surround or WHITE
        found = contrast(design, surround=under)
        if found.least >= aim:
            return None
        patch = reaching(design, aim, inverted=found.inverted, surround=under)
        return _Change(patch, f"colours changed to reach a contrast of {aim:.2f}; it was {found.least:.2f}")

    return step


def _widen_quiet_zone(design: Design, verdict: Legibility, _: _Job) -> _Change | None:
    if verdict.measures is None or verdict.measures.quiet_zone >= QUIET_MODULES:
        return None
    return _Change(
        {"quiet_zone": QUIET_MODULES}, f"quiet zone raised from {design.quiet_zone} to {QUIET_MODULES} modules"
    )


def _thicken(design: Design, _: Legibility, __: _Job) -> _Change | None:
    look = design.modules
    scale = scale_for(look, THIN_BELOW) if ink_share(look) < THIN_BELOW else None
    return _Change({"modules": {"scale": scale}}, f"scale raised from {look.scale:g} to {scale:g}") if scale else None


def _straighten(design: Design, _: Legibility, __: _Job) -> _Change | None:
    return _Change({"corners": straightened(design)}, "corners that were circles made rounded")


def _swap(design: Design, verdict: Legibility, _: _Job) -> _Change | None:
    if verdict.measures is None or not verdict.measures.inverted:
        return None
    return _Change(swapped(design), "colours of modules and background swapped")


def _shrink_logo(design: Design, _: Legibility, __: _Job) -> _Change | None:
    return _sized(SIZE_MIN) if design.logo.name or design.logo.image else None


def _drop_shape(design: Design, _: Legibility, __: _Job) -> _Change | None:
    shape = design.modules.shape
    if shape in CONNECTED:
        return None
    return _Change({"modules": {"shape": "rounded", "scale": 1}}, f"modules made rounded instead of {shape}")


def _square_corners(_: Design, __: Legibility, ___: _Job) -> _Change | None:
    return _Change({"corners": SQUARE_CORNERS}, "corners made square")


def _without_logo(design: Design, _: Legibility, __: _Job) -> _Change | None:
    return _Change({"logo": None}, "logo left out") if design.logo.name or design.logo.image else None


def _plain(_: Design, __: Legibility, ___: _Job) -> _Change | None:
    patch = {"modules": None, "corners": None, "background": None, "frame": None}
    return _Change(patch, "made plain: black squares on white, without a frame")


def _sized(size: float) -> _Change:
    return _Change({"logo": {"size": size}}, f"logo made smaller: a size of {size:g}")


_Step = Callable[[Design, Legibility, _Job], _Change | None]

STEPS: tuple[_Step, ...] = (
    _fit_logo,
    _reach_contrast(NEAR_CONTRAST),
    _widen_quiet_zone,
    _thicken,
    _straighten,
    _swap,
    _reach_contrast(GOOD_CONTRAST),
    _shrink_logo,
    _drop_shape,
    _square_corners,
    _without_logo,
    _plain,
)
