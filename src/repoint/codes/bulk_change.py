"""Change or delete many codes in one transaction."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from repoint.accounts.actor import Actor, Scope
from repoint.codes.code import Code
from repoint.codes.create import Mode, require_all
from repoint.codes.delete import delete_code, delete_for_good
from repoint.codes.edit import Edit, edit_code
from repoint.kit.db import Tx
from repoint.kit.errors import DomainError
from repoint.kit.versions import Expected
from repoint.links.space import LinkSpace
from repoint.plans import gate, subscriptions

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class EditOf:
    """What is to change of one code, and the versions of it that this is meant for."""

    public_id: str
    edit: Edit
    expected: Expected = None


def edit_codes(
    tx: Tx, actor: Actor, wanted: Sequence[EditOf], *, mode: Mode, space: LinkSpace
) -> list[Code | DomainError]:
    """Change codes, each as `edit_code` does; one that comes twice is changed twice, in order.

    Raises:
        Forbidden: the key may not write.
        NotInPlan, LimitReached: the plan has no such calls, or allows fewer in one.
        NothingDone: the mode is `all`, and one or more could not be changed.
    """

    def change(one: EditOf) -> Code:
        return edit_code(tx, actor, one.public_id, one.edit, space=space, expected=one.expected)

    return _each(tx, actor, [partial(change, one) for one in wanted], mode=mode)


def delete_codes(
    tx: Tx,
    actor: Actor,
    public_ids: Sequence[str],
    *,
    versions: Mapping[str, int],
    permanent: bool,
    mode: Mode,
    space: LinkSpace,
) -> list[Code | DomainError | None]:
    """Delete codes, after a grace time or for good; what is gone for good is None among the outcomes.

    One whose id is among `versions` is deleted in that version alone.

    Raises:
        Forbidden: the key may not write.
        NotInPlan, LimitReached: the plan has no such calls, or allows fewer in one.
        NothingDone: the mode is `all`, and one or more could not be deleted.
    """

    def remove(public_id: str) -> Code | None:
        expected = frozenset({versions[public_id]}) if public_id in versions else None
        if not permanent:
            return delete_code(tx, actor, public_id, space=space, expected=expected)
        delete_for_good(tx, actor, public_id, space=space, expected=expected)
        return None

    return _each(tx, actor, [partial(remove, one) for one in public_ids], mode=mode)


def _each(tx: Tx, actor: Actor, steps: Sequence[Callable[[], T]], *, mode: Mode) -> list[T | DomainError]:
    """Every step within a savepoint of its own, so that a refused one leaves nothing behind."""
    actor.require(Scope.WRITE)
    gate.require_bulk(subscriptions.current(tx, actor.org), len(steps))
    outcomes: list[T | DomainError] = []
    for step in steps:
        try:
            with tx.savepoint():
                outcomes.append(step())
        except DomainError as refusal:
            outcomes.append(refusal)
    if mode == "all":
        require_all(outcomes)
    return outcomes
