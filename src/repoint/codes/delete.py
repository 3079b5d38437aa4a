"""Delete a code: after a grace time, or for good."""

from datetime import timedelta

from repoint.accounts.actor import Actor, Scope
from repoint.codes import store
from repoint.codes.code import Code, id_of
from repoint.kit.db import Tx
from repoint.links import change as links
from repoint.links.space import LinkSpace

GRACE = timedelta(days=90)


def delete_code(tx: Tx, actor: Actor, public_id: str, *, space: LinkSpace) -> Code:
    """Let the code work through its grace time and answer "gone" from then on; a second time changes nothing.

    Raises:
        Forbidden: the key may not write.
        NotFound: the organisation has no such code.
    """
    actor.require(Scope.WRITE)
    code = store.get(tx, actor.org, id_of(public_id))
    if code.grace_until is not None:
        return code
    until = tx.now + GRACE
    if code.link_id is not None:
        links.end(tx, actor.org, code.link_id, at=until, space=space)
    return store.change(tx, actor.org, code.id, {"grace_until": until})


def delete_for_good(tx: Tx, actor: Actor, public_id: str, *, space: LinkSpace) -> None:
    """Remove the code now; its short link answers "gone" at once and its slug is never given out again.

    Raises:
        Forbidden: the key may not write.
        NotFound: the organisation has no such code.
    """
    actor.require(Scope.WRITE)
    code = store.get(tx, actor.org, id_of(public_id))
    if code.link_id is not None:
        links.bury(tx, actor.org, code.link_id, space=space)
    store.remove(tx, actor.org, code.id)
