"""Create one code."""

from typing import Any, assert_never

from repoint.accounts.actor import Actor, Scope
from repoint.codes import draft as drafts
from repoint.codes import history, room, store
from repoint.codes.code import Code
from repoint.codes.draft import Draft, DynamicDraft, StaticDraft
from repoint.codes.folders import known_folder
from repoint.codes.styling import check_shown, styled
from repoint.kit.db import Tx
from repoint.links.allocate import allocate
from repoint.links.space import LinkSpace
from repoint.plans import gate, subscriptions
from repoint.plans.plan import Feature


def create_code(tx: Tx, actor: Actor, draft: Draft, *, space: LinkSpace) -> Code:
    """Make a code of the actor's organisation.

    Raises:
        Forbidden: the key may not write.
        Invalid: something of the draft cannot be.
        NotFound: the organisation has no such folder, design or logo.
        Conflict: `slug_taken`.
        PlanExpired: the subscription and its grace time are over.
        LimitReached: the plan has no room for another active code, or no more for this month.
    """
    actor.require(Scope.WRITE)
    entitlements = subscriptions.for_change(tx, actor.org)
    values: dict[str, Any] = {
        "title": drafts.check_title(draft.title),
        "tags": drafts.check_tags(draft.tags),
        "folder_id": None if draft.folder_id is None else known_folder(tx, actor.org, draft.folder_id),
        "design": styled(tx, actor, draft.styling, present=None),
    }
    match draft:
        case StaticDraft(text=text):
            values["text"] = drafts.check_text(text)
        case DynamicDraft():
            room.require_active(tx, entitlements)
            link = allocate(
                tx, actor.org, destination=draft.destination, wanted=draft.slug, domain=draft.domain, space=space
            )
            values["link_id"] = link.id
        case _:
            assert_never(draft)
    gate.count(tx, entitlements, Feature.CODES_PER_MONTH)
    code = store.add(tx, actor.org, tx.new_id(), values)
    check_shown(tx, code, org=actor.org, design=code.design, space=space)
    history.record_new(tx, actor, code)
    return code
