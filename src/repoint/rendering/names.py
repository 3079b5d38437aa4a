"""Answers to names that are not known."""

import difflib
from collections.abc import Iterable


def not_known(name: str, known: Iterable[str]) -> str:
    """Say that `name` is not known, which known name is nearest, and which there are when there are few."""
    names = {name.lower(): name for name in known}
    # An endless name would make the comparison slow and the sentence unreadable.
    shown = name if len(name) <= 40 else f"{name[:40]}..."
    nearest = difflib.get_close_matches(shown.lower(), names, n=1, cutoff=0.5)
    if nearest:
        return f"{shown!r} is not known; did you mean {names[nearest[0]]!r}?"
    if len(names) <= 20:
        return f"{shown!r} is not known; use one of {', '.join(names.values())}"
    return f"{shown!r} is not known"
