"""What a check says: score, grade, findings, sizes.

    {"score": 79, "grade": "C", "passes": true,
     "findings": [{"code": "inverted", "severity": "warn", "sentence": "...", "points": 21,
                   "remedy": {"sentence": "...", "gain": 21, "patch": {"modules": {"color": "#000000"}}}}],
     "print": {"width_mm_min": 12.3, "module_mm_min": 0.33, "width_mm": 50, "distance_mm_max": 392},
     "measures": {...}, "changes": [],
     "conditions": {"blur": {"reached": 3, "plain": 3, "of": 3, "missed": 0, "limit": "a blur of 0.45 modules"}, ...}}

The score is 100 less the points of all findings, at least 0. A finding that refuses costs more than half of it, and
those that do not refuse take half at most together: grade F means refused, and nothing else does.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

Severity = Literal["info", "warn", "refuse"]
Grade = Literal["A", "B", "C", "D", "F"]

GRADES: tuple[tuple[int, Grade], ...] = ((90, "A"), (80, "B"), (65, "C"), (50, "D"), (0, "F"))
UNREFUSED_MIN = 50
REFUSED_POINTS = 55  # of a finding with which no other virtue helps


@dataclass(frozen=True, slots=True)
class Remedy:
    """What to change: `patch` is a merge patch (RFC 7396) for the design, None when the change is none of its.

    `gain` is by how many points the score rises, found by checking the patched design. The remedy that matters most is
    checked in full; the gain of the others leaves out what the picture then endures more, so it is what they bring at
    least. It is 0 where the score stays at 0 until something else is mended too.
    """

    sentence: str
    gain: int
    patch: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that makes a picture harder to read, and the points it costs."""

    code: str
    severity: Severity
    sentence: str
    points: int
    remedy: Remedy | None


def _refuses(finding: Finding) -> bool:
    return finding.severity == "refuse"


@dataclass(frozen=True, slots=True)
class PrintSize:
    """Widths are those of the whole picture; `distance_mm_max` is for a picture `width_mm` wide."""

    width_mm_min: float
    module_mm_min: float
    width_mm: float
    distance_mm_max: int


@dataclass(frozen=True, slots=True)
class Measures:
    """The figures behind the findings.

    `contrast` is the least difference in brightness, 0 to 1, negative where dark and light change places; `damage` the
    share of the error correction that is used up, 0 when nothing is covered; `quiet_zone` the clear modules around the
    symbol, counted up to 4; `wrong_modules` those outside the logo that look dark for light or the other way round;
    `ink_share` how much of a module that stands alone is inked.
    """

    version: int
    level: str
    contrast: float
    damage: float
    quiet_zone: int
    wrong_modules: int
    ink_share: float
    inverted: bool


@dataclass(frozen=True, slots=True)
class Reached:
    """How many of the strengths of one condition a picture was read under, and plain squares of its symbol were.

    `missed` photographs under the first strength were not read, though most of them were when `reached` is above 0.
    """

    reached: int
    plain: int
    of: int
    missed: int
    limit: str | None


@dataclass(frozen=True, slots=True)
class Legibility:
    """How well a picture reads; without measures and sizes when it cannot even be drawn."""

    findings: tuple[Finding, ...]
    print_size: PrintSize | None
    measures: Measures | None
    conditions: Mapping[str, Reached]
    changes: tuple[str, ...]

    @property
    def points(self) -> int:
        """What all findings cost."""
        return sum(finding.points for finding in self.findings)

    @property
    def score(self) -> int:
        """0 to 100."""
        return max(100 - self.points, 0 if any(map(_refuses, self.findings)) else UNREFUSED_MIN)

    @property
    def grade(self) -> Grade:
        """A to F."""
        return next(grade for least, grade in GRADES if self.score >= least)

    @property
    def passes(self) -> bool:
        """Whether the picture may be handed out as one that scans."""
        return self.grade != "F"

    def as_json(self) -> dict[str, Any]:
        """Return the verdict as a JSON object."""
        return {
            "score": self.score,
            "grade": self.grade,
            "passes": self.passes,
            "findings": [asdict(finding) for finding in self.findings],
            "print": asdict(self.print_size) if self.print_size else None,
            "measures": asdict(self.measures) if self.measures else None,
            "conditions": {name: asdict(reached) for name, reached in self.conditions.items()},
            "changes": list(self.changes),
        }
