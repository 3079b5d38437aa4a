"""Other colours for a design, as near as contrast allows."""

from collections.abc import Callable
from typing import Any

from repoint.rendering import colors
from repoint.rendering.design import Design
from repoint.rendering.design_json import complete
from repoint.rendering.inks import on_paper
from repoint.rendering.legibility.contrast import Field, grounds_of, inked
from repoint.rendering.legibility.view import brightness

Patch = dict[str, Any]

STEPS = 40  # from a colour to black or white

# A background that leaves no room for an ink is moved this much beyond what the ink needs.
ROOM = 0.15


def reaching(design: Design, aim: float, *, inverted: bool, surround: str) -> Patch:
    """Return a merge patch that brings every ink of a design to a contrast of `aim`, 0 to 0.8, with the background.

    Inks become darker, or lighter when inverted, and keep their hue; the background moves when it leaves no room.
    """
    patch: Patch = {}
    grounds = [brightness(ground) for ground in grounds_of(design, surround=surround)]
    if inverted:
        bound = min(max(grounds), 1 - aim - ROOM) if max(grounds) > 1 - aim else max(grounds)
        moved, least, most = max(grounds) > bound, bound + aim, bound
    else:
        bound = max(min(grounds), aim + ROOM) if min(grounds) < aim else min(grounds)
        moved, least, most = min(grounds) < bound, bound, bound - aim

    def ground(color: str) -> str:
        return darkened(color, most) if inverted else lightened(color, least)

    def ink(color: str) -> str:
        return lightened(color, least) if inverted else darkened(color, most)

    if moved:
        patch["background"] = _background(design, ground)
    under = grounds_of(design, surround=surround)[0]
    written = complete(design)
    for part in inked(design):
        if any(ink(seen) != seen for seen in (colors.over(color, under) for color in part.colors)):
            _put(patch, part.field, written, lambda color: ink(colors.over(color, under)))
    return patch


def swapped(design: Design) -> Patch:
    """Return a merge patch that gives the modules the colours of the background and the other way round."""
    written = complete(design)
    ground, modules = written["background"], written["modules"]
    if ground["color"] == "transparent":
        return {"modules": {"color": "#000000", "gradient": None}, "corners": dict.fromkeys(_CORNER_PAINTS)}
    return {
        "modules": {"color": ground["color"], "gradient": ground["gradient"]},
        "background": {"color": modules["color"], "gradient": modules["gradient"]},
        "corners": dict.fromkeys(_CORNER_PAINTS),
    }


_CORNER_PAINTS = (
    "outer_color",
    "inner_color",
    "outer_gradient",
    "inner_gradient",
    "top_left",
    "top_right",
    "bottom_left",
)


def darkened(color: str, most: float) -> str:
    """Return an opaque colour mixed with so much black, as ink where it is one, that its brightness is at most that."""
    return next(
        (mixed for step in range(STEPS) if brightness(mixed := _with_black(color, step / STEPS)) <= most), "#000000"
    )


def lightened(color: str, least: float) -> str:
    """Return an opaque colour with so much of it taken away that its brightness is at least that."""
    return next(
        (mixed for step in range(STEPS) if brightness(mixed := _with_white(color, step / STEPS)) >= least), "#FFFFFF"
    )


def _with_black(color: str, share: float) -> str:
    if not share:
        return color
    if color.startswith("#"):
        return _spelled(*(channel * (1 - share) for channel in colors.channels(color)))
    cyan, magenta, yellow, black = (100 * ink for ink in colors.inks(color))
    return _of_inks(cyan, magenta, yellow, black + (100 - black) * share)


def _with_white(color: str, share: float) -> str:
    if not share:
        return color
    if color.startswith("#"):
        return _spelled(*(channel + (255 - channel) * share for channel in colors.channels(color)))
    return _of_inks(*(100 * ink * (1 - share) for ink in colors.inks(color)))


def _of_inks(cyan: float, magenta: float, yellow: float, black: float) -> str:
    percents = " ".join(str(round(ink)) for ink in (cyan, magenta, yellow, black))
    return f"cmyk({percents}, {_spelled(*on_paper(cyan, magenta, yellow, black))})"


def _spelled(red: float, green: float, blue: float) -> str:
    return f"#{round(red):02X}{round(green):02X}{round(blue):02X}"


def _background(design: Design, ground: Callable[[str], str]) -> Patch:
    written = complete(design)["background"]
    if written["gradient"]:
        return {"gradient": _gradient(written["gradient"], lambda color: ground(colors.over(color, "#FFFFFF")))}
    return {
        "color": ground("#FFFFFF" if written["color"] == "transparent" else colors.over(written["color"], "#FFFFFF"))
    }


def _put(patch: Patch, field: Field, written: Patch, ink: Callable[[str], str]) -> None:
    """Write the recoloured paint of a field into a patch."""
    match field:
        case ("modules",):
            patch["modules"] = _paint(written["modules"], "", ink)
        case ("corners", part):
            patch.setdefault("corners", {}).update(_paint(written["corners"], f"{part}_", ink))
        case ("corners", place, part):
            corner = patch.setdefault("corners", {}).setdefault(place, {})
            corner[f"{part}_color"] = ink(written["corners"][place][f"{part}_color"])


def _paint(written: Patch, prefix: str, ink: Callable[[str], str]) -> Patch:
    if gradient := written[f"{prefix}gradient"]:
        return {f"{prefix}gradient": _gradient(gradient, ink)}
    return {f"{prefix}color": ink(written[f"{prefix}color"])}


def _gradient(written: Patch, shade: Callable[[str], str]) -> Patch:
    return {**written, "stops": [{**stop, "color": shade(stop["color"])} for stop in written["stops"]]}
