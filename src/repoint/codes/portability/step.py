"""One step of an import, and what came of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Table, select

from repoint.accounts.actor import Actor
from repoint.accounts.audit import Change
from repoint.codes import logos as stored_logos
from repoint.codes.library_tables import folders
from repoint.codes.portability.archive import Archive, Batch
from repoint.codes.portability.progress import Left
from repoint.codes.portability.tables import imported_ids
from repoint.codes.styling_tables import logos
from repoint.kit.db import Tx
from repoint.kit.ids import prefixed
from repoint.links.space import LinkSpace


@dataclass(slots=True)
class Step:
    """A batch of rows of one kind in one transaction.

    Attributes:
        known: source ids that were taken in before, by this or another import, and what they have become.
        made: source ids that this step takes in.
        changes: what the audit log is told at its end.
    """

    tx: Tx
    actor: Actor
    space: LinkSpace
    archive: Archive
    batch: Batch
    known: Mapping[UUID, UUID]
    made: dict[UUID, UUID] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    created: int = 0
    unchanged: int = 0
    left: list[Left] = field(default_factory=list)

    def was_taken(self, source_id: UUID) -> bool:
        """Whether the row is nothing new; counts it if so."""
        if source_id not in self.known and source_id not in self.made:
            return False
        self.unchanged += 1
        return True

    def is_there(self, source_id: UUID, target_id: UUID) -> None:
        """The row says what the organisation has already."""
        self.made[source_id] = target_id
        self.unchanged += 1

    def take(self, source_id: UUID, target_id: UUID, change: Change | None) -> None:
        """The row was taken in; no `change` where it was told already."""
        self.made[source_id] = target_id
        self.created += 1
        if change is not None:
            self.changes.append(change)

    def leave(self, row: int, code: str, reason: str) -> None:
        """The row cannot be taken in."""
        self.left.append(Left(self.batch.file, row, code, reason))

    def owners(self, table: Table, ids: Collection[UUID]) -> dict[UUID, UUID]:
        """Whose these ids are; looks in every organisation, as an id can be had once in all of them."""
        rows = self.tx.execute(select(table.c.id, table.c.org_id).where(table.c.id.in_(ids)))
        return {row.id: row.org_id for row in rows}

    def id_for(self, source_id: UUID, owners: Mapping[UUID, UUID]) -> UUID:
        """The id that a new thing gets: its own where nobody has it."""
        return self.tx.new_id() if source_id in owners else source_id

    def with_own_logo(self, design: Mapping[str, Any], images: Mapping[str, str]) -> Mapping[str, Any]:
        """A design that names the logo as this organisation calls it."""
        image = stored_logos.named_in(design)
        return design if image is None else {**design, "logo": {**design["logo"], "image": images[image]}}

    def own_logos(self, images: Collection[str]) -> dict[str, str]:
        """What the organisation calls the logos of the archive; those it has not are left out."""
        wanted = {stored_logos.id_of(image): image for image in images}
        become = known_ids(self.tx, self.actor.org, self.archive.source, "logo", wanted)
        targets = {become.get(source, source): image for source, image in wanted.items()}
        rows = self.tx.execute(select(logos.c.id).where(logos.c.org_id == self.actor.org, logos.c.id.in_(targets)))
        return {targets[row.id]: prefixed(stored_logos.PREFIX, row.id) for row in rows}

    def own_folders(self, wanted: Collection[UUID]) -> dict[UUID, UUID]:
        """What has become of folders of the archive; those that are gone here are left out."""
        become = known_ids(self.tx, self.actor.org, self.archive.source, "folder", wanted)
        targets = {each: become.get(each, each) for each in wanted}
        query = select(folders.c.id).where(folders.c.org_id == self.actor.org, folders.c.id.in_(targets.values()))
        there = set(self.tx.execute(query).scalars())
        return {source: target for source, target in targets.items() if target in there}


def known_ids(tx: Tx, org: UUID, source: str, kind: str, ids: Collection[UUID]) -> dict[UUID, UUID]:
    """What became of the things of a source that an organisation has taken in."""
    rows = tx.execute(
        select(imported_ids.c.source_id, imported_ids.c.target_id).where(
            imported_ids.c.org_id == org,
            imported_ids.c.source == source,
            imported_ids.c.kind == kind,
            imported_ids.c.source_id.in_(ids),
        )
    )
    return {row.source_id: row.target_id for row in rows}


def note_ids(step: Step) -> None:
    """Write down what this step has taken in, so that nothing is taken in twice."""
    if not step.made:
        return
    common = {"org_id": step.actor.org, "source": step.archive.source, "kind": step.batch.kind}
    rows = [{**common, "source_id": source, "target_id": target} for source, target in step.made.items()]
    step.tx.execute(step.tx.upsert(imported_ids).on_conflict_do_nothing(), rows)
