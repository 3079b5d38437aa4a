"""Which version of a thing a change is meant for."""

from repoint.kit.errors import Stale

# The versions that a caller accepts; None accepts whichever there is.
Expected = frozenset[int] | None


def require(expected: Expected, version: int, *, kind: str) -> None:
    """Let a change of the thing, which has this version now, pass where the caller accepts it.

    Raises:
        Stale: the caller has seen another one.
    """
    if expected is not None and version not in expected:
        raise Stale(kind, version)
