"""What a visitor would get, and why; nothing is counted."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from repoint.accounts.actor import Actor, Scope
from repoint.codes import store
from repoint.codes.code import Code, id_of
from repoint.kit.clock import in_utc, rfc3339
from repoint.kit.db import Tx

Outcome = Literal["redirect", "paused", "gone", "text"]
Reason = Literal["active", "grace", "paused", "ended", "static"]


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who scans, and when; None is "nobody knows", and of the time "now"."""

    country: str | None = None
    language: str | None = None
    device: str | None = None
    time: datetime | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the visitor gets: `destination` where it is a redirect, `text` where the symbol holds it itself.

    `rule` names the rule that decided; None where the code's own destination did.
    """

    outcome: Outcome
    reason: Reason
    destination: str | None
    text: str | None
    rule: str | None
    sentence: str
    time: datetime


def explain(tx: Tx, actor: Actor, public_id: str, visitor: Visitor) -> Explanation:
    """What a scan would answer to this visitor, as the code is now.

    Raises:
        NotFound: the organisation has no such code.
        Invalid: the time lies beyond the calendar.
    """
    actor.require(Scope.READ)
    code = store.get(tx, actor.org, id_of(public_id))
    time = tx.now if visitor.time is None else in_utc("time", visitor.time)
    if code.link_id is None:
        sentence = "The symbol holds the text itself: no scan comes here, whatever becomes of the code."
        return Explanation("text", "static", None, code.text, None, sentence, time)
    return _of_link(code, time)


def _of_link(code: Code, time: datetime) -> Explanation:
    """In the order in which a redirect decides: first whether the link has ended, then whether it is paused."""
    if code.grace_until is not None and time >= code.grace_until:
        sentence = f"The code is deleted, and its grace time ended at {rfc3339(code.grace_until)}."
        return Explanation("gone", "ended", None, None, None, sentence, time)
    if code.is_paused:
        return Explanation("paused", "paused", None, None, None, "The code is paused.", time)
    if code.grace_until is not None:
        sentence = f"The code is deleted and redirects until {rfc3339(code.grace_until)}."
        return Explanation("redirect", "grace", code.destination, None, None, sentence, time)
    sentence = "The code is active and has no rules: everybody is sent to its destination."
    return Explanation("redirect", "active", code.destination, None, None, sentence, time)
