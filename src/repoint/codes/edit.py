"""Change a code: destination, title, status, tags, design."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from repoint.accounts.actor import Actor, Scope
from repoint.codes import draft as drafts
from repoint.codes import store
from repoint.codes.code import Code, id_of
from repoint.codes.draft import NewLogo, Styling
from repoint.codes.styling import check_shown, styled
from repoint.kit.db import Tx
from repoint.kit.errors import Conflict, Invalid
from repoint.links import change as links
from repoint.links.space import LinkSpace
from repoint.plans import catalogue, gate
from repoint.plans.catalogue import Feature


@dataclass(frozen=True, slots=True)
class Edit:
    """What is to change; None leaves a thing as it is, and a design is merged key by key.

    A stored design takes the place of the present one before that, and a logo is put into the result.
    """

    destination: str | None = None
    title: str | None = None
    status: Literal["active", "paused"] | None = None
    tags: tuple[str, ...] | None = None
    design: Mapping[str, Any] | None = None
    design_id: str | None = None
    logo: NewLogo | None = None

    @property
    def styling(self) -> Styling | None:
        """What is to change of the design."""
        styling = Styling(self.design_id, self.design, self.logo)
        return None if styling == Styling() else styling


def edit_code(tx: Tx, actor: Actor, public_id: str, edit: Edit, *, space: LinkSpace) -> Code:
    """Change a code; the next scan already sees it.

    Raises:
        Forbidden: the key may not write.
        NotFound: the organisation has no such code, design or logo.
        Conflict: `code_not_editable`, the code is deleted.
        Invalid: something of the edit cannot be.
        LimitReached: the plan has no room for another active code.
    """
    actor.require(Scope.WRITE)
    code = store.get(tx, actor.org, id_of(public_id))
    if code.grace_until is not None:
        raise Conflict("code_not_editable", "The code is deleted and in its grace time; it can no longer be changed.")
    if edit == Edit():
        return code
    values: dict[str, Any] = {}
    if edit.title is not None:
        values["title"] = drafts.check_title(edit.title)
    if edit.tags is not None:
        values["tags"] = drafts.check_tags(edit.tags)
    if (styling := edit.styling) is not None:
        design = values["design"] = styled(tx, actor, styling, present=code.design)
        check_shown(tx, code, org=actor.org, design=design, space=space)
    if edit.destination is not None:
        links.retarget(tx, actor.org, _link(code, "destination"), destination=edit.destination, space=space)
    if edit.status is not None:
        values["paused"] = _set_status(tx, actor, code, paused=edit.status == "paused", space=space)
    return store.change(tx, actor.org, code.id, values)


def _set_status(tx: Tx, actor: Actor, code: Code, *, paused: bool, space: LinkSpace) -> bool:
    link = _link(code, "status")
    if code.is_paused and not paused:
        plan = catalogue.find(actor.plan)
        gate.require(plan, Feature.ACTIVE_CODES, used=lambda: store.count_active(tx, actor.org))
    links.pause(tx, actor.org, link, paused=paused, space=space)
    return paused


def _link(code: Code, field: str) -> int:
    if code.link_id is None:
        raise Invalid(field, "cannot be changed: a static code holds its text itself and has no link")
    return code.link_id
