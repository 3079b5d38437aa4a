"""Passwords are hard to guess, and hashed as argon2-cffi recommends."""

import asyncio
import time

import pytest
from argon2 import PasswordHasher
from argon2.profiles import RFC_9106_LOW_MEMORY

from repoint.accounts import passwords
from repoint.accounts.password_work import THREADS, WAITING_MAX, PasswordWork
from repoint.kit.errors import Invalid, TooMany

GOOD = "pärsley sage 7 ☕"


@pytest.mark.parametrize(
    "password",
    ["", "short", "x" * 9, "Password123", "qwertyuiop", "1234567890", "aaaaaaaaaaaa", "ab" * 400, "x" * 1001],
)
def test_passwords_that_are_refused(password: str) -> None:
    """Too short, too long, and what is tried first; the refusal does not repeat the password."""
    with pytest.raises(Invalid) as caught:
        passwords.check(password)
    assert not password or password not in caught.value.reason


def test_passwords_that_are_made() -> None:
    """They may be set, and no two are alike."""
    made = {passwords.check(passwords.made()) for _ in range(200)}
    assert len(made) == 200


def test_a_hash_is_compared() -> None:
    """The password passes and no other does; without a hash, or with a broken one, nothing passes."""
    kept = passwords.hashed(GOOD)
    assert kept.startswith("$argon2id$")
    assert GOOD not in kept
    assert passwords.verify(kept, GOOD) == passwords.Verdict(is_right=True)
    for password_hash, password in ((kept, GOOD + "x"), (kept, "\ud800"), (None, GOOD), ("broken", GOOD)):
        assert not passwords.verify(password_hash, password).is_right


def test_old_parameters_are_renewed() -> None:
    """A hash with other parameters passes and comes with one that has today's."""
    old = PasswordHasher(time_cost=1, memory_cost=1024).hash(GOOD)
    verdict = passwords.verify(old, GOOD)
    assert verdict.is_right
    assert verdict.stronger_hash is not None
    assert not PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY).check_needs_rehash(verdict.stronger_hash)
    assert passwords.verify(verdict.stronger_hash, GOOD) == passwords.Verdict(is_right=True)


def test_nobody_takes_as_long_as_somebody() -> None:
    """Where there is no hash, the work is the same: neither takes less than half of the other's processor time."""
    kept = passwords.hashed(GOOD)

    def cost(password_hash: str | None) -> float:
        costs = []
        for _ in range(3):
            began = time.process_time()
            passwords.verify(password_hash, "wrong password")
            costs.append(time.process_time() - began)
        return min(costs)

    somebody, nobody = cost(kept), cost(None)
    assert 0.5 < somebody / nobody < 2


async def _too_many(work: PasswordWork) -> list[object]:
    asked = [work.verify(None, GOOD) for _ in range(THREADS + WAITING_MAX + 3)]
    return list(await asyncio.gather(*asked, return_exceptions=True))


def test_the_queue_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """When as many as may wait do, the next are told to come again, and those that wait are answered."""
    monkeypatch.setattr(passwords, "verify", lambda *_: passwords.Verdict(is_right=False))
    work = PasswordWork()
    outcomes = asyncio.run(_too_many(work))
    work.close()
    assert sum(isinstance(outcome, TooMany) for outcome in outcomes) == 3
    assert outcomes.count(passwords.Verdict(is_right=False)) == THREADS + WAITING_MAX
