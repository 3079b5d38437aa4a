"""Take an archive in, a batch of rows in each transaction.

What is there already is never changed: an import adds. A thing keeps its id where nobody has it, and gets a new one
otherwise; what was taken in once, from the same organisation, is known by `imported_ids` and left alone. How far an
import has come is written in the transaction that brought it there, so it goes on wherever it was stopped.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from repoint.accounts import audit, organisations
from repoint.accounts.actor import Actor, Scope
from repoint.codes.portability.archive import KINDS, Archive, Batch
from repoint.codes.portability.progress import CONFLICTS_LISTED_MAX, Counts, ImportState, keep
from repoint.codes.portability.step import Step, known_ids, note_ids
from repoint.codes.portability.taking_codes import take_codes
from repoint.codes.portability.taking_library import take_folders, take_tags
from repoint.codes.portability.taking_others import take_designs, take_domains, take_logos
from repoint.kit.db import Tx
from repoint.links.space import LinkSpace
from repoint.plans import subscriptions

_TAKE: Mapping[str, Callable[[Step, Sequence[tuple[int, Any]]], None]] = {
    "domain": take_domains,
    "logo": take_logos,
    "design": take_designs,
    "folder": take_folders,
    "tag": take_tags,
    "code": take_codes,
}
_FOLLOWING = dict(zip([kind.name for kind in KINDS], [*[kind.name for kind in KINDS[1:]], None], strict=True))


def next_batch(archive: Archive, state: ImportState) -> Batch:
    """The rows that `import_step` takes next; read before its transaction begins."""
    assert state.kind is not None
    return archive.batch(state.kind, after=state.row)


def import_step(
    tx: Tx, actor: Actor, state: ImportState, batch: Batch, *, archive: Archive, space: LinkSpace
) -> ImportState:
    """Take one batch in; gives how far the import has come with it.

    Raises:
        Forbidden: the key may not administer.
        PlanExpired: the subscription and its grace time are over.
    """
    actor.require(Scope.ADMIN)
    organisations.lock(tx, actor.org)
    subscriptions.for_change(tx, actor.org)
    known = known_ids(tx, actor.org, archive.source, batch.kind, [row.id for _, row in batch.rows])
    step = Step(tx, actor, space, archive, batch, known)
    _TAKE[batch.kind](step, batch.rows)
    note_ids(step)
    if step.changes:
        audit.record(tx, actor.org, actor.who, *step.changes)
    advanced = _advanced(state, step)
    keep(tx, actor, advanced)
    return advanced


def _advanced(state: ImportState, step: Step) -> ImportState:
    batch = step.batch
    before = state.counts[batch.kind]
    counts = Counts(before.created + step.created, before.unchanged + step.unchanged, before.conflicts + len(step.left))
    return replace(
        state,
        kind=_FOLLOWING[batch.kind] if batch.is_last else batch.kind,
        row=0 if batch.is_last or not batch.rows else batch.rows[-1][0],
        counts={**state.counts, batch.kind: counts},
        conflicts=(*state.conflicts, *step.left)[:CONFLICTS_LISTED_MAX],
    )
