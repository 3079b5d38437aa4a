"""`repoint`, broken on purpose: a scan is answered at once and journaled 200 ms later.

The kill test must find this out; else it finds out nothing.
"""

from repoint.cli import main
from repoint.scans.commit import GroupCommit, Written

DELAY_S = 0.2

_append = GroupCommit.append


def _append_late(self: GroupCommit, record: bytes, written: Written) -> None:
    self._loop.call_later(DELAY_S, _append, self, record, _nobody_waits)
    written()


def _nobody_waits() -> None:
    pass


if __name__ == "__main__":
    GroupCommit.append = _append_late  # type: ignore[method-assign]
    main()
