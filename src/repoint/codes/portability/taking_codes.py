"""Take in codes with their short links.

A code whose slug is taken is left out: with another slug it would not be what is printed.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from repoint.accounts.audit import Change
from repoint.codes import code as code_ids
from repoint.codes import logos as stored_logos
from repoint.codes import room, store
from repoint.codes.portability.incoming_rows import InCode
from repoint.codes.portability.step import Step
from repoint.codes.store import NewCode
from repoint.codes.table import codes
from repoint.kit.db.bulk import rows_with_keys
from repoint.kit.errors import Invalid
from repoint.kit.ids import prefixed
from repoint.links import destination as destinations
from repoint.links import domains
from repoint.links.allocate import Link
from repoint.links.table import links
from repoint.plans import gate, subscriptions, usage
from repoint.plans.entitlements import Entitlements
from repoint.plans.plan import Feature

Rows = Sequence[tuple[int, InCode]]


def take_codes(step: Step, rows: Rows) -> None:
    """Make codes in the order of the archive, with their slugs, states and times."""
    owners = step.owners(codes, [row.id for _, row in rows])
    new: list[tuple[int, InCode]] = []
    seen: set[UUID] = set()
    for number, row in rows:
        if step.was_taken(row.id):
            continue
        if owners.get(row.id) == step.actor.org or row.id in seen:
            step.unchanged += 1
            continue
        seen.add(row.id)
        new.append((number, row))
    images = step.own_logos({image for _, row in new if (image := stored_logos.named_in(row.design))})
    plan = subscriptions.for_change(step.tx, step.actor.org)
    possible = _possible(step, new, images, plan)
    made = _links(step, [row for _, row in possible if row.slug is not None])
    own = step.own_folders({row.folder_id for _, row in possible if row.folder_id is not None})
    new_codes = []
    for number, row in possible:
        if row.slug is not None and (row.domain, row.slug) not in made:
            step.leave(number, *_taken(row))  # by an earlier row, or another transaction was faster
            continue
        code_id = step.id_for(row.id, owners)
        link = made.pop((row.domain, row.slug)) if row.slug is not None else None  # a second row must not share it
        folder_id = None if row.folder_id is None else own.get(row.folder_id)  # one that is gone: in none
        new_codes.append(_new(row, code_id, folder_id, link, step.with_own_logo(row.design, images)))
        step.take(row.id, code_id, Change("code.imported", prefixed(code_ids.PREFIX, code_id), after=_told(row)))
    _count(step, plan, new_codes)
    store.add_many(step.tx, step.actor.org, new_codes)


def _possible(step: Step, rows: Rows, images: Mapping[str, str], plan: Entitlements) -> list[tuple[int, InCode]]:
    """The rows that nothing but a taken slug can speak against; the others are left."""
    possible = []
    left = _Room(step, plan)
    held = _held(step, [row for _, row in rows if row.slug is not None])
    refused_hosts: dict[str, bool] = {}
    for number, row in rows:
        image = stored_logos.named_in(row.design)
        reason = _against(step, row, refused_hosts)
        if reason is not None:
            step.leave(number, *reason)
        elif image is not None and image not in images:
            step.leave(number, "logo_missing", f"The logo {image} was deleted here after it was imported.")
        elif (row.domain, row.slug) in held:
            step.leave(number, *_taken(row))
        elif (lacking := left.against(row)) is not None:
            step.leave(number, "limit_reached", lacking)
        else:
            possible.append((number, row))
            left.take(row)
    return possible


def _against(step: Step, row: InCode, refused: dict[str, bool]) -> tuple[str, str] | None:
    """What speaks against a row, as a code and a sentence."""
    if row.destination is None:
        return None
    try:
        destinations.check(row.destination, own_origins=step.space.own_origins)
    except Invalid as error:
        return "destination_refused", f"The destination {error.reason}."
    if row.domain and row.domain not in refused:
        refused[row.domain] = not _is_ours(step, row.domain)
    if row.domain and refused[row.domain]:
        return "domain_not_served", f"The domain {row.domain} is not verified here. Verify it, then import once more."
    return None


def _is_ours(step: Step, host: str) -> bool:
    if host in step.space.domains:
        return True
    try:
        domains.hold(step.tx, step.actor.org, host)
    except Invalid:
        return False
    return True


def _held(step: Step, rows: Sequence[InCode]) -> set[tuple[str, str | None]]:
    """Domains and slugs of these rows that are taken already: such a row needs no room."""
    wanted = sorted({(row.domain, row.slug) for row in rows})
    return {(row.domain, row.slug) for row in rows_with_keys(step.tx, links, ("domain", "slug"), wanted)}


def _taken(row: InCode) -> tuple[str, str]:
    return "slug_taken", f"The slug {row.slug!r} is taken here. Slugs are never reused."


class _Room:
    """What the plan still has room for; None for any number."""

    def __init__(self, step: Step, plan: Entitlements) -> None:
        self._plan = plan
        active, month = plan.limit(Feature.ACTIVE_CODES), plan.limit(Feature.CODES_PER_MONTH)
        self._active = None if active is None else active - room.taken(step.tx, plan)
        self._month = (
            None
            if month is None
            else month - usage.used(step.tx, plan.org, Feature.CODES_PER_MONTH, month=usage.month_of(step.tx.now))
        )

    def against(self, row: InCode) -> str | None:
        """Why there is no room for a row."""
        if self._active is not None and self._active <= 0 and self._is_active(row):
            return "The plan has no room for another active code."
        if self._month is not None and self._month <= 0:
            return "The plan has no room for another code this month."
        return None

    def take(self, row: InCode) -> None:
        """The row gets its room."""
        if self._active is not None and self._is_active(row):
            self._active -= 1
        if self._month is not None:
            self._month -= 1

    def _is_active(self, row: InCode) -> bool:
        is_deleted = row.grace_until is not None
        return row.slug is not None and room.counts(self._plan, is_paused=row.is_paused, is_deleted=is_deleted)


def _count(step: Step, plan: Entitlements, new: Sequence[NewCode]) -> None:
    """Count what is about to be made; each was let pass before."""
    active = sum(
        each.link is not None and room.counts(plan, is_paused=each.is_paused, is_deleted=each.grace_until is not None)
        for each in new
    )
    if active:
        room.require_active(step.tx, plan, adding=active)
    if new:
        gate.count(step.tx, plan, Feature.CODES_PER_MONTH, adding=len(new))


def _links(step: Step, rows: Sequence[InCode]) -> dict[tuple[str, str | None], Link]:
    """New links by domain and slug; a slug that is taken gets none."""
    if not rows:
        return {}
    wanted = {
        (row.domain, row.slug): {
            "org_id": step.actor.org,
            "domain": row.domain,
            "slug": row.slug,
            "destination": row.destination,
            "paused": row.is_paused,
            "ends_at": row.grace_until,
        }
        for row in reversed(rows)  # of two rows with one slug the first gets it
    }
    inserted = step.tx.execute(
        step.tx.upsert(links)
        .values(list(reversed(wanted.values())))
        .on_conflict_do_nothing(index_elements=["domain", "slug"])
        .returning(links.c.id, links.c.domain, links.c.slug)
    ).all()
    for row in inserted:
        step.space.announce(step.tx, row.domain, row.slug)
    return {
        (row.domain, row.slug): Link(row.id, row.domain, row.slug, str(wanted[row.domain, row.slug]["destination"]))
        for row in inserted
    }


def _new(row: InCode, code_id: UUID, folder_id: UUID | None, link: Link | None, design: Mapping[str, Any]) -> NewCode:
    return NewCode(
        id=code_id,
        title=row.title,
        tags=row.tags,
        folder_id=folder_id,
        design=design,
        design_text=json.dumps(design),
        text=row.text,
        link=link,
        is_paused=row.is_paused,
        grace_until=row.grace_until,
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _told(row: InCode) -> dict[str, Any]:
    """What the audit log keeps of a new code."""
    if row.slug is None:
        return {"type": "static", "title": row.title}
    return {
        "type": "dynamic",
        "title": row.title,
        "slug": row.slug,
        "domain": row.domain,
        "destination": row.destination,
    }
