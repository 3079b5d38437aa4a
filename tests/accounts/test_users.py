"""What users change of themselves is changed once."""

import threading

from repoint.accounts import users
from repoint.accounts.actor import Actor, Role
from repoint.kit.db import Database
from repoint.kit.errors import Stale
from tests.accounts.people import Enrol


def test_two_changes_at_once(db: Database, enrol: Enrol) -> None:
    """Of many changes that are meant for the same version, made at the same moment, one happens."""
    ada: Actor = enrol(Role.OWNER)
    assert ada.user is not None
    user, start, outcomes = ada.user, threading.Barrier(8), []

    def rename(name: str) -> None:
        start.wait()
        try:
            outcomes.append(db.write_now(users.rename, user, name=name, who=ada.who, expected=frozenset({1})).version)
        except Stale as refused:
            outcomes.append(-refused.version)

    threads = [threading.Thread(target=rename, args=(name,)) for name in "abcdefgh"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [-2] * 7 + [2]
