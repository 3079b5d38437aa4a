"""Create one code."""

from typing import Any, assert_never

from repoint.accounts.actor import Actor, Scope
from repoint.codes import draft as drafts
from repoint.codes import store
from repoint.codes.code import Code
from repoint.codes.draft import Draft, DynamicDraft, StaticDraft
from repoint.codes.styling import check_shown, styled
from repoint.kit.db import Tx
from repoint.links.allocate import allocate
from repoint.links.space import LinkSpace
from repoint.plans import catalogue, gate
from repoint.plans.catalogue import Feature


def create_code(tx: Tx, actor: Actor, draft: Draft, *, space: LinkSpace) -> Code:
    """Make a code of the actor's organisation.

    Raises:
        Forbidden: the key may not write.
        Invalid: something of the draft cannot be.
        NotFound: the organisation has no such design or logo.
        Conflict: `slug_taken`.
        LimitReached: the plan has no room for another active code.
    """
    actor.require(Scope.WRITE)
    values: dict[str, Any] = {
        "title": drafts.check_title(draft.title),
        "tags": drafts.check_tags(draft.tags),
        "design": styled(tx, actor, draft.styling, present=None),
    }
    match draft:
        case StaticDraft(text=text):
            values["text"] = drafts.check_text(text)
        case DynamicDraft():
            plan = catalogue.find(actor.plan)
            gate.require(plan, Feature.ACTIVE_CODES, used=lambda: store.count_active(tx, actor.org))
            link = allocate(
                tx, actor.org, destination=draft.destination, wanted=draft.slug, domain=draft.domain, space=space
            )
            values["link_id"] = link.id
        case _:
            assert_never(draft)
    code = store.add(tx, actor.org, tx.new_id(), values)
    check_shown(tx, code, org=actor.org, design=code.design, space=space)
    return code
