"""Change a code: destination, title, status, tags, folder, design."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from repoint.accounts import organisations
from repoint.accounts.actor import Actor, Scope
from repoint.codes import draft as drafts
from repoint.codes import history, room, store
from repoint.codes.code import KIND, Code, id_of
from repoint.codes.draft import NewLogo, Styling
from repoint.codes.folders import TOP, known_folder
from repoint.codes.styling import check_shown, styled
from repoint.codes.tagging import tag_key
from repoint.kit import versions
from repoint.kit.db import Tx
from repoint.kit.errors import Conflict, Invalid
from repoint.kit.versions import Expected
from repoint.links import change as links
from repoint.links import destination as destinations
from repoint.links.space import LinkSpace
from repoint.plans import subscriptions
from repoint.plans.entitlements import Entitlements

# What an edit is called where it changes one thing alone; by columns, a status by its value.
_ACTIONS = {"destination": "code.repointed", "design": "code.restyled", "folder_id": "code.moved"}


@dataclass(frozen=True, slots=True)
class Edit:
    """What is to change; None leaves a thing as it is, and a design is merged key by key.

    A stored design takes the place of the present one before that, and a logo is put into the result. The folder is
    named by its public id, and `folders.TOP` takes the code out of any.
    """

    destination: str | None = None
    title: str | None = None
    status: Literal["active", "paused"] | None = None
    tags: tuple[str, ...] | None = None
    folder_id: str | None = None
    design: Mapping[str, Any] | None = None
    design_id: str | None = None
    logo: NewLogo | None = None

    @property
    def styling(self) -> Styling | None:
        """What is to change of the design."""
        styling = Styling(self.design_id, self.design, self.logo)
        return None if styling == Styling() else styling


def edit_code(tx: Tx, actor: Actor, public_id: str, edit: Edit, *, space: LinkSpace, expected: Expected = None) -> Code:
    """Change a code; the next scan already sees it. An edit that asks for what is there changes nothing.

    Raises:
        Forbidden: the key may not write.
        NotFound: the organisation has no such code, folder, design or logo.
        Stale: the code has another version than the caller expects.
        Conflict: `code_not_editable`, the code is deleted.
        Invalid: something of the edit cannot be.
        PlanExpired: the subscription and its grace time are over.
        LimitReached: the plan has no room for another active code.
    """
    actor.require(Scope.WRITE)
    entitlements = subscriptions.for_change(tx, actor.org)
    code = editable(tx, actor, public_id, expected=expected)
    design = None if edit.styling is None else styled(tx, actor, edit.styling, present=code.design)
    return apply(tx, actor, code, edit, entitlements=entitlements, design=design, space=space, action=None)


def editable(tx: Tx, actor: Actor, public_id: str, *, expected: Expected) -> Code:
    """A code that can be changed.

    Raises:
        NotFound: the organisation has no such code.
        Stale: the code has another version than the caller expects.
        Conflict: `code_not_editable`, the code is deleted.
    """
    organisations.lock(tx, actor.org)  # what is read here stays as it is until it is changed
    code = store.get(tx, actor.org, id_of(public_id))
    versions.require(expected, code.version, kind=KIND)
    if code.grace_until is not None:
        raise Conflict("code_not_editable", "The code is deleted and in its grace time; it can no longer be changed.")
    return code


def apply(
    tx: Tx,
    actor: Actor,
    code: Code,
    edit: Edit,
    *,
    entitlements: Entitlements,
    design: Mapping[str, Any] | None,
    space: LinkSpace,
    action: str | None,
) -> Code:
    """Make an edit happen, with this complete design (None: the present one), and write it down as `action`.

    Raises:
        Invalid: something of the edit cannot be.
        NotFound: the organisation has no such folder.
        LimitReached: the plan has no room for another active code.
    """
    values: dict[str, Any] = {}
    if edit.title is not None:
        values["title"] = drafts.check_title(edit.title)
    if edit.tags is not None:
        values["tags"] = drafts.check_tags(edit.tags)
    if edit.folder_id is not None:
        values["folder_id"] = _folder(tx, actor, edit.folder_id)
    if design is not None:
        values["design"] = design
        check_shown(tx, code, org=actor.org, design=design, space=space)
    if edit.destination is not None:
        _link(code, "destination")
        values["destination"] = destinations.check(edit.destination, own_origins=space.own_origins)
    if edit.status is not None:
        _link(code, "status")
        values["paused"] = edit.status == "paused"
    values = _changes(code, values)
    if not values:
        return code
    _change_link(tx, entitlements, code, values, space=space)
    changed = store.change(tx, actor.org, code, {name: values[name] for name in values if name != "destination"})
    history.record(tx, actor, action or _action(values), before=code, after=changed)
    return changed


def _folder(tx: Tx, actor: Actor, folder_id: str) -> UUID | None:
    return None if folder_id == TOP else known_folder(tx, actor.org, folder_id)


def _changes(code: Code, values: dict[str, Any]) -> dict[str, Any]:
    """What is not so already; tags are the same in whatever case, as they share one name."""
    present = {
        "title": code.title,
        "tags": {tag_key(tag) for tag in code.tags},
        "folder_id": code.folder_id,
        "design": code.design,
        "destination": code.destination,
        "paused": code.is_paused,
    }
    asked = dict(values)
    if "tags" in asked:
        asked["tags"] = {tag_key(tag) for tag in asked["tags"]}
    return {name: value for name, value in values.items() if asked[name] != present[name]}


def _change_link(
    tx: Tx, entitlements: Entitlements, code: Code, values: Mapping[str, Any], *, space: LinkSpace
) -> None:
    org = entitlements.org
    if "destination" in values:
        links.retarget(tx, org, _link(code, "destination"), destination=values["destination"], space=space)
    if "paused" in values:
        if not values["paused"]:
            room.require_unpaused(tx, entitlements)
        links.pause(tx, org, _link(code, "status"), paused=values["paused"], space=space)


def _action(values: Mapping[str, Any]) -> str:
    if list(values) == ["paused"]:
        return "code.paused" if values["paused"] else "code.resumed"
    return _ACTIONS.get(next(iter(values)), "code.edited") if len(values) == 1 else "code.edited"


def _link(code: Code, field: str) -> int:
    if code.link_id is None:
        raise Invalid(field, "cannot be changed: a static code holds its text itself and has no link")
    return code.link_id
