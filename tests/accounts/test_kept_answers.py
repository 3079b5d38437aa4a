"""Kept answers: one for each key of an organisation, for a day."""

from datetime import timedelta

from sqlalchemy import func, select

from repoint.accounts import kept_answers
from repoint.accounts.kept_answers import KEPT_FOR, Answer, Claim, First, Repeated, Reused, UnderWay
from repoint.kit.db import Database, Tx
from tests.conftest import FakeClock, MakeActor

ANSWER = Answer(201, "[]", b"made")


def _ask(tx: Tx, actor: object, *, key: str = "k", said: bytes = b"same") -> Claim:
    org = actor.org  # type: ignore[attr-defined]
    claimed = kept_answers.claim(tx, org, key=key, fingerprint=said.ljust(32))
    if isinstance(claimed, First):
        kept_answers.keep(tx, org, ANSWER, key=key)
    return claimed


def test_the_second_time(db: Database, make_actor: MakeActor) -> None:
    """The same asked again gets the answer that there was; something else with the same key gets none."""
    actor = make_actor()
    assert db.write_now(_ask, actor) == First()
    assert db.write_now(_ask, actor) == Repeated(ANSWER)
    assert db.write_now(_ask, actor, said=b"other") == Reused()
    assert db.write_now(_ask, actor, key="another") == First()


def test_keys_belong_to_an_organisation(db: Database, make_actor: MakeActor) -> None:
    """Two organisations may use one key and learn nothing of each other."""
    assert db.write_now(_ask, make_actor(name="One")) == First()
    assert db.write_now(_ask, make_actor(name="Two")) == First()


def test_a_key_that_was_claimed_and_not_answered(db: Database, make_actor: MakeActor) -> None:
    """Within the transaction that claims a key, the answer is under way; it is never half an answer."""
    actor = make_actor()

    def twice(tx: Tx) -> Claim:
        kept_answers.claim(tx, actor.org, key="k", fingerprint=bytes(32))
        return kept_answers.claim(tx, actor.org, key="k", fingerprint=bytes(32))

    assert db.write_now(twice) == UnderWay()


def test_after_a_day(db: Database, make_actor: MakeActor, clock: FakeClock) -> None:
    """For 24 hours the answer stands; from then on the key is free again."""
    actor = make_actor()
    db.write_now(_ask, actor)
    clock.forward(KEPT_FOR - timedelta(milliseconds=1))
    assert db.write_now(_ask, actor) == Repeated(ANSWER)
    clock.forward(timedelta(milliseconds=1))
    assert db.write_now(_ask, actor, said=b"other") == First()


def test_old_answers_are_removed(db: Database, make_actor: MakeActor, clock: FakeClock) -> None:
    """Only those whose day is over go, as many as may at once."""
    actor = make_actor()
    for number in range(5):
        db.write_now(_ask, actor, key=str(number))
    clock.forward(KEPT_FOR)
    db.write_now(_ask, actor, key="young")
    assert [db.write_now(kept_answers.forget_old, limit=3) for _ in range(3)] == [3, 2, 0]
    left = db.read_now(lambda tx: tx.execute(select(func.count()).select_from(kept_answers.kept_answers)).scalar())
    assert left == 1
    assert db.write_now(_ask, actor, key="young") == Repeated(ANSWER)
