"""What a camera does to a picture, in eight conditions.

A picture of grade A or B is read under the stated strength of every condition, at whatever size and however it is
turned. A check tries the others: the first is a little stronger than the stated one, because a reader's luck changes
with every pixel, and the next ones tell how much is left. Strengths are in modules or degrees, so that they are the
same for every version. Nothing is drawn by chance: the noise comes from a fixed seed.
"""

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from repoint.rendering.legibility.camera import noisy, photographed, shaded
from repoint.rendering.legibility.view import SHOT_PX, View

if TYPE_CHECKING:
    from PIL import Image

Shots = Iterator["Image.Image"]

# A picture is tried in its least size and in so many times that: whole pixels a module, as files on screens have them.
LARGER = (4 / 3, 5 / 3, 2, 7 / 3, 8 / 3, 3)

TURNS = (15, 40)  # degrees
MORE_TURNS = (*TURNS, 110, 205, 290)


class Photograph(Protocol):
    """Photographs of a picture under a strength."""

    def __call__(self, view: View, strength: float, *, thorough: bool) -> Shots:
        """Yield a few, or in as many ways as there are when `thorough`."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One way to make a picture harder to read: the stated strength, those that are tried, and words for one.

    Under the first strength `missed_max` photographs may be missed: a camera takes many, but a file on a screen has one
    size. `shots` makes photographs of a picture under a strength: a few, or in as many ways as there are (`thorough`).
    """

    name: str
    stated: float
    strengths: tuple[float, ...]
    said: str
    shots: "Photograph"
    missed_max: int = 1


def _small(view: View, strength: float, *, thorough: bool) -> Shots:
    yield view.at(strength)
    if thorough:
        yield from (view.at(strength * times) for times in LARGER)


def _blurred(view: View, strength: float, *, thorough: bool) -> Shots:
    from PIL.ImageFilter import GaussianBlur

    shots = _turned(view, 2 if thorough else 1)
    yield from (shot.filter(GaussianBlur(strength * SHOT_PX)) for shot in shots)


def _noisy(view: View, strength: float, *, thorough: bool) -> Shots:
    return (noisy(shot, strength) for shot in _turned(view, 4 if thorough else 1))


def _rotated(view: View, strength: float, *, thorough: bool) -> Shots:
    shot = view.at(strength)
    turns = MORE_TURNS if thorough else TURNS
    return (photographed(shot, turned=turn, surround=view.surround) for turn in turns)


def _tilted(view: View, strength: float, *, thorough: bool) -> Shots:
    shots = _turned(view, 4 if thorough else 1)
    return (photographed(shot, tilted=strength, surround=view.surround) for shot in shots)


def _compressed(view: View, strength: float, *, thorough: bool) -> Shots:
    from PIL import Image

    for shot in _turned(view, 2 if thorough else 1):
        file = io.BytesIO()
        shot.save(file, "JPEG", quality=round(strength))
        yield Image.open(file)


def _in_uneven_light(view: View, strength: float, *, thorough: bool) -> Shots:
    return (shaded(shot, strength) for shot in _turned(view, 4 if thorough else 1))


def _in_the_hand(view: View, strength: float, *, thorough: bool) -> Shots:
    """All at once: each of it a part of what the other conditions try alone."""
    from PIL.ImageFilter import GaussianBlur

    for shot in _turned(view, 4 if thorough else 1):
        photo = photographed(shot, turned=8 * strength, tilted=15 * strength, surround=view.surround)
        blurred = photo.filter(GaussianBlur(0.18 * strength * SHOT_PX))
        yield noisy(shaded(blurred, 1 - 0.35 * strength), 5 * strength)


CONDITIONS: tuple[Condition, ...] = (
    Condition("size", 4, (3, 2.5, 2.2, 1.9), "sizes from {:g} pixels a module", _small, missed_max=0),
    Condition("blur", 0.2, (0.25, 0.35, 0.45), "a blur of {:g} modules", _blurred),
    Condition("noise", 8, (10, 20, 40), "noise of {:g} in 255", _noisy),
    Condition("rotation", 5, (4, 3, 2.5), "turned, at {:g} pixels a module", _rotated),
    Condition("tilt", 15, (20, 30, 40), "tilted by {:g} degrees", _tilted),
    Condition("jpeg", 60, (40, 20, 8), "a JPEG of quality {:g}", _compressed),
    Condition("light", 0.6, (0.5, 0.3, 0.15), "light that falls to {:.0%}", _in_uneven_light),
    Condition("hand", 0.8, (1, 1.3, 1.6), "all of this at once, {:g} times", _in_the_hand),
)


def _turned(view: View, ways: int) -> "Iterable[Image.Image]":
    """Yield the picture, and as many times as asked for turned by another quarter."""
    from PIL.Image import Transpose

    quarters = (None, Transpose.ROTATE_90, Transpose.ROTATE_180, Transpose.ROTATE_270)
    return (view.shot if quarter is None else view.shot.transpose(quarter) for quarter in quarters[:ways])
