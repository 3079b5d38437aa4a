"""What is different between two states, and back."""

import copy
from collections.abc import Mapping
from typing import Any

Written = dict[str, Any]


def difference(before: Mapping[str, Any], after: Mapping[str, Any], *, path: str = "") -> tuple[Written, Written]:
    """The values that are not the same, from both sides, by their dotted path: `design.modules.shape`.

    An object is gone into where it has the same names on both sides, and is else a value as a whole.
    """
    was, now = Written(), Written()
    for name in after:
        old, new = before[name], after[name]
        if old == new:
            continue
        if isinstance(old, Mapping) and isinstance(new, Mapping) and old.keys() == new.keys():
            inner = difference(old, new, path=f"{path}{name}.")
            was |= inner[0]
            now |= inner[1]
        else:
            was[path + name], now[path + name] = old, new
    return was, now


def put_back(present: Mapping[str, Any], was: Mapping[str, Any]) -> Written:
    """What was before a difference."""
    before: Written = copy.deepcopy(dict(present))
    for path, old in was.items():
        *inner, name = path.split(".")
        place = before
        for each in inner:
            place = place[each]
        place[name] = old
    return before
