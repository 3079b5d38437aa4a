"""How far an import has come: kept with what it has done."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update

from repoint.accounts import audit
from repoint.accounts.actor import Actor, Scope
from repoint.accounts.audit import Change
from repoint.codes.portability.archive import KINDS
from repoint.codes.portability.tables import imports
from repoint.kit.db import Tx
from repoint.kit.ids import prefixed
from repoint.plans import gate, subscriptions
from repoint.plans.plan import Ability

PREFIX = "import"
CONFLICTS_LISTED_MAX = 500


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the rows of one kind."""

    created: int = 0
    unchanged: int = 0
    conflicts: int = 0


@dataclass(frozen=True, slots=True)
class Left:
    """A row that was not taken in, and why; `code` is for programs."""

    file: str
    row: int
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class ImportState:
    """Where an import goes on: behind row `row` of the kind `kind`, which is None at the end.

    `conflicts` are the first `CONFLICTS_LISTED_MAX` of them; all are counted.
    """

    id: UUID
    kind: str | None
    row: int
    counts: Mapping[str, Counts]
    conflicts: tuple[Left, ...] = field(default=())

    @property
    def public_id(self) -> str:
        """`import_` and a ULID."""
        return prefixed(PREFIX, self.id)

    @property
    def is_finished(self) -> bool:
        """Whether every row was looked at."""
        return self.kind is None


def require_imports(tx: Tx, actor: Actor) -> None:
    """Let pass who may import; to be asked before the archive is received, too.

    Raises:
        Forbidden: the key may not administer.
        PlanExpired: the subscription and its grace time are over.
        NotInPlan: the plan has no bulk calls.
    """
    actor.require(Scope.ADMIN)
    gate.require_feature(subscriptions.for_change(tx, actor.org), Ability.BULK)


def begin_import(tx: Tx, actor: Actor, *, source: str, sha256: bytes) -> ImportState:
    """The import of an archive: where it stopped, if it did, or from the start.

    Raises:
        Forbidden, PlanExpired, NotInPlan: as of `require_imports`.
    """
    require_imports(tx, actor)
    stopped = tx.execute(
        select(imports.c.id, imports.c.state)
        .where(imports.c.org_id == actor.org, imports.c.archive_sha256 == sha256, imports.c.finished_at.is_(None))
        .order_by(imports.c.id.desc())
        .limit(1)
    ).one_or_none()
    if stopped is not None:
        return _read(stopped.id, stopped.state)
    state = ImportState(tx.new_id(), KINDS[0].name, 0, {kind.name: Counts() for kind in KINDS})
    tx.execute(
        insert(imports).values(
            id=state.id,
            org_id=actor.org,
            source=source,
            archive_sha256=sha256,
            state=_written(state),
            created_at=tx.now,
        )
    )
    audit.record(tx, actor.org, actor.who, Change("import.started", state.public_id, after={"source": source}))
    return state


def keep(tx: Tx, actor: Actor, state: ImportState) -> None:
    """Write down how far an import has come, in the transaction that brought it there."""
    finished_at = tx.now if state.is_finished else None
    tx.execute(
        update(imports)
        .where(imports.c.org_id == actor.org, imports.c.id == state.id)
        .values(state=_written(state), finished_at=finished_at)
    )
    if state.is_finished:
        counted = {kind: asdict(counts) for kind, counts in state.counts.items()}
        audit.record(tx, actor.org, actor.who, Change("import.finished", state.public_id, after=counted))


def _written(state: ImportState) -> dict[str, Any]:
    written = asdict(state)
    del written["id"]
    return written


def _read(import_id: UUID, written: Mapping[str, Any]) -> ImportState:
    return ImportState(
        import_id,
        written["kind"],
        written["row"],
        {kind: Counts(**counts) for kind, counts in written["counts"].items()},
        tuple(Left(**left) for left in written["conflicts"]),
    )
