"""Take in domains, logos and stored designs."""

import hashlib
from collections.abc import Sequence

from sqlalchemy import insert, select

from repoint.accounts.audit import Change
from repoint.codes import designs as stored_designs
from repoint.codes import logos as stored_logos
from repoint.codes.portability.incoming_rows import InDesign, InDomain, InLogo
from repoint.codes.portability.step import Step
from repoint.codes.short_domains import add_domain
from repoint.codes.styling_tables import designs, logos
from repoint.kit.errors import Conflict, Invalid, LimitReached
from repoint.kit.ids import prefixed


def take_domains(step: Step, rows: Sequence[tuple[int, InDomain]]) -> None:
    """Add hosts that the organisation has not; they serve once they are verified here."""
    for number, row in rows:
        if step.was_taken(row.id):
            continue
        try:
            domain = add_domain(step.tx, step.actor, host=row.host, space=step.space)
        except (Conflict, Invalid):
            step.is_there(row.id, row.id)  # the organisation has it, or the installation
        except LimitReached:
            step.leave(number, "limit_reached", "The plan has no room for another domain.")
        else:
            step.take(row.id, domain.id, None)


def take_logos(step: Step, rows: Sequence[tuple[int, InLogo]]) -> None:
    """Keep artwork that the organisation has not; the same artwork is the same logo."""
    tx, org = step.tx, step.actor.org
    owners = step.owners(logos, [row.id for _, row in rows])
    for _, row in rows:
        if step.was_taken(row.id):
            continue
        new = step.archive.new_logo(row)
        sha256 = hashlib.sha256(new.artwork).digest()
        present = tx.execute(select(logos.c.id).where(logos.c.org_id == org, logos.c.sha256 == sha256)).scalar()
        if present is not None:
            step.is_there(row.id, present)
            continue
        logo_id = step.id_for(row.id, owners)
        tx.execute(
            insert(logos).values(
                id=logo_id,
                org_id=org,
                name=new.name,
                media_type=new.media_type,
                sha256=sha256,
                artwork=new.artwork,
                version=1,
                created_at=row.created_at,
            )
        )
        public_id = prefixed(stored_logos.PREFIX, logo_id)
        step.take(row.id, logo_id, Change("logo.imported", public_id, after={"name": new.name}))


def take_designs(step: Step, rows: Sequence[tuple[int, InDesign]]) -> None:
    """Store designs that the organisation has not; one of the same name and content is the same."""
    tx, org = step.tx, step.actor.org
    owners = step.owners(designs, [row.id for _, row in rows])
    images = step.own_logos({image for _, row in rows if (image := stored_logos.named_in(row.design))})
    for number, row in rows:
        if step.was_taken(row.id):
            continue
        if (image := stored_logos.named_in(row.design)) is not None and image not in images:
            step.leave(number, "logo_missing", f"The logo {image} was deleted here after it was imported.")
            continue
        design = step.with_own_logo(row.design, images)
        named = tx.execute(
            select(designs.c.id, designs.c.design).where(designs.c.org_id == org, designs.c.name == row.name)
        )
        present = next((each.id for each in named if each.design == design), None)
        if present is not None:
            step.is_there(row.id, present)
            continue
        design_id = step.id_for(row.id, owners)
        tx.execute(
            insert(designs).values(
                id=design_id,
                org_id=org,
                name=row.name,
                design=design,
                version=row.version,
                created_at=row.created_at,
                updated_at=row.updated_at,
            )
        )
        public_id = prefixed(stored_designs.PREFIX, design_id)
        step.take(row.id, design_id, Change("design.imported", public_id, after={"name": row.name}))
