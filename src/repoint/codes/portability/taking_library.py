"""Take in folders and tags."""

from collections.abc import Sequence

from sqlalchemy import insert

from repoint.accounts.audit import Change
from repoint.codes import tagging
from repoint.codes import tags as stored_tags
from repoint.codes.folders import Elsewhere, keep_folder, public_id_of, tree_of
from repoint.codes.library_tables import folders, tags
from repoint.codes.portability.incoming_rows import InFolder, InTag
from repoint.codes.portability.step import Step
from repoint.kit.errors import Invalid
from repoint.kit.ids import prefixed


def take_folders(step: Step, rows: Sequence[tuple[int, InFolder]]) -> None:
    """Add folders that the organisation has not; one of the same name in the same place is the same.

    What lay in a folder that is gone here lies at the top.
    """
    owners = step.owners(folders, [row.id for _, row in rows])
    own = step.own_folders({row.parent_id for _, row in rows if row.parent_id is not None})
    tree = tree_of(step.tx, step.actor.org)
    for number, row in rows:
        if step.was_taken(row.id):
            continue
        folder_id = step.id_for(row.id, owners)
        parent = None if row.parent_id is None else own.get(row.parent_id)
        new = Elsewhere(folder_id, parent, row.name, row.version, row.created_at, row.updated_at)
        try:
            kept = keep_folder(step.tx, step.actor.org, new, tree=tree)
        except Invalid as error:
            step.leave(number, "folder_refused", f"The folder {error.reason}.")
            continue
        own[row.id] = kept
        if kept != folder_id:
            step.is_there(row.id, kept)
            continue
        step.take(row.id, kept, Change("folder.imported", public_id_of(kept), after={"name": row.name}))


def take_tags(step: Step, rows: Sequence[tuple[int, InTag]]) -> None:
    """Add tags that the organisation has not; one of the same name is the same, whatever its case."""
    tx, org = step.tx, step.actor.org
    owners = step.owners(tags, [row.id for _, row in rows])
    for _, row in rows:
        if step.was_taken(row.id):
            continue
        present = tagging.named(tx, org, row.name)
        if present is not None:
            step.is_there(row.id, present)
            continue
        tag_id = step.id_for(row.id, owners)
        times = {"created_at": row.created_at, "updated_at": row.updated_at}
        names = {"name": row.name, "name_key": tagging.tag_key(row.name)}
        tx.execute(insert(tags).values(id=tag_id, org_id=org, version=row.version, **names, **times))
        change = Change("tag.imported", prefixed(stored_tags.PREFIX, tag_id), after={"name": row.name})
        step.take(row.id, tag_id, change)
