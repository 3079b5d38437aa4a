"""A line of text cut into runs of one font and direction."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple
from unicodedata import category, name

from repoint.rendering import text_bidi
from repoint.rendering.errors import BadDesign
from repoint.rendering.fonts import Face, FontName, Weight, candidates, script_of

TEXT_FIELD = "design.frame.text"
NAMED_MAX = 5  # characters that an error lists

JOINERS = "\u200c\u200d"

_KANA = ("Hira", "Kana")


class Reading(NamedTuple):
    """What a whole text decides for each of its lines: its direction, and whose forms of Chinese characters it has."""

    base: int
    japanese: bool


@dataclass(frozen=True, slots=True)
class Run:
    """What one font shapes at once."""

    text: str
    face: Face
    script: str | None
    right_to_left: bool


def reading(text: str) -> Reading:
    """Return how a text is read: in the direction of its first letter, and as Japanese when it has kana."""
    return Reading(text_bidi.base_level(text), any(script_of(character) in _KANA for character in text))


def runs(text: str, font: FontName, weight: Weight, *, read: Reading) -> list[Run]:
    """Return the runs of a line from left to right; BadDesign names the characters that no bundled font has."""
    clusters = list(_clusters(text))
    faces = _faces(clusters, list(candidates(font, weight, japanese=read.japanese)))
    scripts = _scripts(clusters)
    levels = text_bidi.levels(text, base=read.base)
    starts = [sum(map(len, clusters[:at])) for at in range(len(clusters))]
    keys = [(face, script, levels[at]) for face, script, at in zip(faces, scripts, starts, strict=True)]
    found, found_levels = [], []
    for (face, script, level), group in groupby(zip(keys, clusters, strict=True), key=lambda pair: pair[0]):
        joined = "".join(cluster for _, cluster in group)
        found.append(Run(joined, face, script, right_to_left=level % 2 == 1))
        found_levels.append(level)
    return text_bidi.in_visual_order(found, found_levels)


def _clusters(text: str) -> Iterator[str]:
    """Yield each character with the marks on it and the joiners after it."""
    cluster = ""
    for character in text:
        if cluster and (character in JOINERS or category(character).startswith("M")):
            cluster += character
        else:
            if cluster:
                yield cluster
            cluster = character
    if cluster:
        yield cluster


def _faces(clusters: Sequence[str], chain: Sequence[Face]) -> list[Face]:
    """Choose a font for each cluster: one for all letters of a script if there is one that has them all.

    A font may have a few Greek letters for their use as signs, and a word should not change its font at each of them.
    Signs and digits stay in the font of the letters before them.
    """
    by_script: dict[str, str] = {}
    for cluster in clusters:
        if script := script_of(cluster[0]):
            by_script[script] = by_script.get(script, "") + _needed(cluster)
    preferred = {script: [face for face in chain if face.covers(letters)][:1] for script, letters in by_script.items()}
    chosen: list[Face] = []
    missing: list[str] = []
    for cluster in clusters:
        script, needed = script_of(cluster[0]), _needed(cluster)
        first = preferred[script] if script else chosen[-1:]
        face = next((face for face in (*first, *chain) if face.covers(needed)), None)
        if face is None:
            missing += needed
        chosen.append(face or chain[0])
    if missing:
        raise BadDesign(TEXT_FIELD, _sentence(missing, chain))
    return chosen


def _needed(cluster: str) -> str:
    """Return the characters of a cluster that must have a glyph: joiners only where pictures are joined."""
    if category(cluster[0]) == "So":
        return cluster
    return "".join(character for character in cluster if character not in JOINERS)


def _sentence(missing: Iterable[str], chain: Sequence[Face]) -> str:
    unknown = [character for character in dict.fromkeys(missing) if not any(face.covers(character) for face in chain)]
    if not unknown:
        return "joins characters that no bundled font joins"
    listed = ", ".join(
        f"{character} (U+{ord(character):04X} {name(character, '')})" for character in unknown[:NAMED_MAX]
    )
    more = f" and {len(unknown) - NAMED_MAX} more" if len(unknown) > NAMED_MAX else ""
    return f"has characters that no bundled font has: {listed}{more}"


def _scripts(clusters: Sequence[str]) -> list[str | None]:
    """Return the script of each cluster; signs, digits and spaces have that of the letters before or else after."""
    found: list[str | None] = []
    for cluster in clusters:
        own = script_of(cluster[0])
        found.append(own if own or not found else found[-1])
    first = next((script for script in found if script), None)
    return [script or first for script in found]
