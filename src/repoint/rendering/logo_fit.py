"""A symbol strong enough to carry its logo."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from math import ceil

from repoint.rendering.artwork import Artwork
from repoint.rendering.damage import LEVELS, Damage, assess
from repoint.rendering.errors import TooLong, Unrenderable
from repoint.rendering.logo import SIZE_MIN, Logo, Placement, place
from repoint.rendering.symbol import VERSION_MAX, ErrorCorrection, Level, Symbol, encode

DAMAGE_AIM = 0.6  # leaves room for dirt, glare and a bad camera
DAMAGE_MAX = 1.0

# Smaller modules are harder to scan, so a logo makes a symbol grow by half at most.
GROWTH_MAX = 1.5

# Without these a reader does not find the symbol, or does not know how to read it.
VITAL = frozenset(("finder", "timing", "format", "version"))

# The smallest symbol of a level, None when there is none; encoded when it is asked for, and once.
Smallest = Callable[[Level], Symbol | None]


@dataclass(frozen=True, slots=True)
class Fit:
    """A symbol with its logo in place; `changes` are sentences for people, empty when nothing had to change."""

    symbol: Symbol
    placement: Placement
    damage: Damage
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Fitting:
    """What is tried: the levels in this order, from the symbol that the text would have without a logo."""

    artwork: Artwork
    start: Symbol
    highest: bool  # the start has the highest level of its version
    levels: tuple[Level, ...]
    smallest: Smallest


@dataclass(frozen=True, slots=True)
class _Option:
    version: int
    symbol: Symbol  # of this version, or of a smaller one with the same text and level
    placement: Placement
    damage: Damage


def fit(
    text: str, logo: Logo, artwork: Artwork, *, error_correction: ErrorCorrection = "auto", version_min: int = 1
) -> Fit:
    """Return the smallest symbol in which a logo costs at most 0.6 of the error correction.

    Level and version are raised as needed, and what was raised is said. When nothing reaches 0.6, the best there is
    will do up to 1.0; above that Unrenderable says which size would work. Raises what `encode` raises.
    """
    start = encode(text, error_correction=error_correction, version_min=version_min)
    levels = LEVELS[LEVELS.index(start.level) :]
    if error_correction == "auto":
        # What costs no larger version is taken, as without a logo; a level that was asked for is raised if it must.
        levels = levels[::-1]
    fitting = _Fitting(artwork, start, error_correction == "auto", levels, _smallest(text, start))
    chosen = _best(fitting, logo)
    if not _readable(chosen.damage):
        raise _does_not_fit(fitting, logo, chosen)
    symbol = chosen.symbol
    if symbol.version != chosen.version:
        symbol = encode(text, error_correction=symbol.level, version_min=chosen.version)
    changes = [
        f"{name} raised from {before} to {after} to carry the logo"
        for name, before, after in (("level", start.level, symbol.level), ("version", start.version, symbol.version))
        if before != after
    ]
    if chosen.damage.share > DAMAGE_AIM:
        changes.append(
            f"the logo costs {chosen.damage.share:.0%} of the error correction; at most {DAMAGE_AIM:.0%} is aimed at,"
            " so a smaller one scans better"
        )
    return Fit(symbol, chosen.placement, chosen.damage, tuple(changes))


def _smallest(text: str, start: Symbol) -> Smallest:
    """Return what encodes the smallest symbol of a level, no smaller than the given one."""

    @cache
    def at(level: Level) -> Symbol | None:
        if level == start.level:
            return start
        try:
            return encode(text, error_correction=level, version_min=start.version)
        except TooLong:
            return None

    return at


def _best(fitting: _Fitting, logo: Logo) -> _Option:
    """Return the first option that reaches the aim, else the one with the least damage."""
    options = []
    for option in _options(fitting, logo):
        if option.damage.share <= DAMAGE_AIM and not option.damage.patterns & VITAL:
            return option
        options.append(option)
    return min(options, key=lambda option: (bool(option.damage.patterns & VITAL), option.damage.share))


def _options(fitting: _Fitting, logo: Logo) -> Iterable[_Option]:
    """Yield what holds the text from small to large: the levels of a version as far as they are needed."""
    start = fitting.start
    for version in range(start.version, min(_version_max(start), VERSION_MAX) + 1):
        placement = place(fitting.artwork, logo, symbol_size=17 + 4 * version)
        for level in fitting.levels:
            if fitting.highest and version == start.version and level != start.level:
                continue
            symbol = fitting.smallest(level)
            if symbol and symbol.version <= version:
                yield _Option(version, symbol, placement, assess(version, level, placement.cleared))


def _version_max(start: Symbol) -> int:
    return ceil((start.size * GROWTH_MAX - 17) / 4)


def _readable(damage: Damage) -> bool:
    return damage.share <= DAMAGE_MAX and not damage.patterns & VITAL


def _does_not_fit(fitting: _Fitting, logo: Logo, tried: _Option) -> Unrenderable:
    """Say what the logo would cost, and the largest size that works."""
    hit = " and ".join(sorted(tried.damage.patterns & VITAL))
    cost = f"would cover the {hit} pattern" if hit else f"would cost {tried.damage.share:.0%} of the error correction"
    for percent in range(round(logo.size * 100) - 1, round(SIZE_MIN * 100) - 1, -1):
        smaller = _best(fitting, logo.model_copy(update={"size": percent / 100}))
        if _readable(smaller.damage):
            return Unrenderable("design.logo.size", f"{cost}; {percent / 100:g} or less works with this text")
    return Unrenderable("design.logo.size", f"{cost}; no size works with this text, a shorter text may")
