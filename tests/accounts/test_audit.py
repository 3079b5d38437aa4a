"""The audit log tells what happened, and shows whether it was tampered with."""

import pytest
from sqlalchemy import delete, update

from repoint.accounts import audit
from repoint.accounts.actor import Actor
from repoint.accounts.audit import Change, audit_log
from repoint.kit.db import Database, Tx
from tests.conftest import MakeActor

CREATED = Change("code.created", "qr_1", after={"title": "Früh\u2028ling", "tags": ["a"]})
RENAMED = Change("code.changed", "qr_1", before={"title": "Frühling"}, after={"title": "Sommer"})
OTHER = Change("code.created", "qr_2", after={"title": ""})


def _write(tx: Tx, actor: Actor, *changes: Change) -> None:
    audit.record(tx, actor.org, actor.who, *changes)


def test_it_tells_what_happened(db: Database, actor: Actor) -> None:
    """Entries come newest first, with who, what, before and after; a subject's alone where one is asked for."""
    db.write_now(_write, actor, CREATED, OTHER)
    db.write_now(_write, actor, RENAMED)
    entries = db.read_now(audit.newest, actor.org, subject=None, below=None, limit=10)
    assert [entry.subject for entry in entries] == ["qr_1", "qr_2", "qr_1"]
    assert [entry.number for entry in entries] == sorted((entry.number for entry in entries), reverse=True)
    only = db.read_now(audit.newest, actor.org, subject="qr_1", below=None, limit=10)
    assert [(entry.who, entry.action, entry.before, entry.after) for entry in only] == [
        (actor.who, "code.changed", RENAMED.before, RENAMED.after),
        (actor.who, "code.created", None, CREATED.after),
    ]
    assert db.read_now(audit.newest, actor.org, subject=None, below=entries[0].number, limit=1) == [entries[1]]


def test_organisations_have_chains_of_their_own(db: Database, make_actor: MakeActor) -> None:
    """What one organisation does is in no other's log, and each chain holds by itself."""
    acme, other = make_actor(name="Acme"), make_actor(name="Other")
    for _ in range(3):
        db.write_now(_write, acme, CREATED)
        db.write_now(_write, other, OTHER)
    for actor, subject in ((acme, "qr_1"), (other, "qr_2")):
        entries = db.read_now(audit.newest, actor.org, subject=None, below=None, limit=10)
        assert {entry.subject for entry in entries} == {subject}
        assert db.read_now(audit.broken_at, actor.org) is None


@pytest.mark.parametrize("column", ["at", "who", "action", "subject", "change", "hash"])
def test_an_altered_entry_shows(db: Database, actor: Actor, column: str) -> None:
    """Whatever of an entry is altered, the chain is broken there."""
    db.write_now(_write, actor, CREATED, OTHER, RENAMED)
    altered = {"at": actor_time(db), "hash": bytes(32)}.get(column, "{}")

    def alter(tx: Tx) -> None:
        tx.execute(update(audit_log).where(audit_log.c.number == 2).values({column: altered}))

    assert db.read_now(audit.broken_at, actor.org) is None
    db.write_now(alter)
    assert db.read_now(audit.broken_at, actor.org) == 2


def test_a_missing_entry_shows(db: Database, actor: Actor) -> None:
    """An entry that was taken out breaks the chain where it was."""
    db.write_now(_write, actor, CREATED, OTHER, RENAMED)

    def take_out(tx: Tx) -> None:
        tx.execute(delete(audit_log).where(audit_log.c.number == 2))

    db.write_now(take_out)
    assert db.read_now(audit.broken_at, actor.org) == 2


def actor_time(db: Database) -> object:
    """A moment that is not the one of the entries."""
    return db.read_now(lambda tx: tx.now.replace(year=2000))
