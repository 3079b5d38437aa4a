"""How much a picture endures, beside plain squares of its symbol."""

from collections.abc import Mapping
from functools import lru_cache
from itertools import chain

from repoint.rendering.composition import compose_text
from repoint.rendering.design import Design
from repoint.rendering.legibility.reading import reads
from repoint.rendering.legibility.strain import CONDITIONS, Condition, Shots
from repoint.rendering.legibility.verdict import Reached
from repoint.rendering.legibility.view import View, seen
from repoint.rendering.symbol import Level

# Black squares on white, in the same version and level, stand for the same symbol: the text makes no difference that
# matters, and is always this one, so that no check depends on those before it. Digits fit every version and level.
PLAIN_TEXT = "18004"
SECOND_LOOK_PX = 5.3  # a module

PLAIN_SURROUND = "#FFFFFF"


def endures(view: View, encoded: bytes) -> Mapping[str, Reached]:
    """Return for each condition how many of its strengths, one after the other, the picture is read under.

    What is photographed is the symbol with a little of what is around it: that a frame is no hindrance is seen in the
    whole picture, which is read before.
    """
    close_up = view.close_up()
    plain = _plain(view.symbol.version, view.symbol.level)
    result = {}
    for condition, by_plain in zip(CONDITIONS, plain, strict=True):
        reached, missed = _reach(close_up, encoded, condition)
        limit = condition.said.format(condition.strengths[reached - 1]) if reached else None
        result[condition.name] = Reached(reached, by_plain, len(condition.strengths), missed, limit)
    return result


def _reach(view: View, encoded: bytes, condition: Condition) -> tuple[int, int]:
    """Return how many strengths are endured, and how many photographs were missed under the first.

    The first strength is tried in many ways, and the stated one with it. A camera takes many photographs, so one of
    these may fail by the luck of the pixels: then those under the stated strength are taken again with other pixels.
    """
    strength, *stronger = condition.strengths
    missed_max = condition.missed_max
    shots = chain(condition.shots(view, strength, thorough=True), _stated(view, condition))
    missed = _missed(shots, encoded, at_most=missed_max)
    if 0 < missed <= missed_max:
        missed += _missed(_stated(view.resampled(SECOND_LOOK_PX), condition), encoded, at_most=missed_max)
    if missed > missed_max:
        return 0, missed
    for reached, strength in enumerate(stronger, start=1):
        if _missed(condition.shots(view, strength, thorough=False), encoded, at_most=0):
            return reached, missed
    return len(condition.strengths), missed


def _stated(view: View, condition: Condition) -> Shots:
    return condition.shots(view, condition.stated, thorough=True)


def _missed(shots: Shots, encoded: bytes, *, at_most: int) -> int:
    """Count the photographs that are not read, as far as it matters how many there are."""
    missed = 0
    for shot in shots:
        missed += not reads(shot, encoded)
        if missed > at_most:
            break
    return missed


@lru_cache(maxsize=160)
def _plain(version: int, level: Level) -> tuple[int, ...]:
    design = Design(version_min=version, error_correction=level)
    view = seen(compose_text(PLAIN_TEXT, design), surround=PLAIN_SURROUND)
    return tuple(_reach(view, PLAIN_TEXT.encode(), condition)[0] for condition in CONDITIONS)
