"""Fills a data folder with codes, without a server."""

from pathlib import Path

from repoint import bootstrap
from repoint.accounts.actor import Actor, Scope
from repoint.codes.create import create_code
from repoint.codes.draft import DynamicDraft
from repoint.kit.db import Tx
from repoint.links.space import LinkSpace

CODES_PER_TRANSACTION = 5_000


def seed(data: Path, codes: int) -> list[str]:
    """Make that many codes in a fresh data folder; gives their slugs."""
    folder = bootstrap.claim(data)
    db, _, _ = bootstrap.migrate_database(folder)
    space = LinkSpace("http://localhost:8000", frozenset(), forget=lambda _domain, _slug: None)
    org = db.write_now(bootstrap.found_installation)
    actor = Actor(org.id, "cli", Scope.ADMIN)

    def some(tx: Tx, first: int, end: int) -> list[str]:
        made = (
            create_code(tx, actor, DynamicDraft(f"https://example.com/page/{number}"), space=space)
            for number in range(first, end)
        )
        return [code.slug for code in made if code.slug is not None]

    slugs: list[str] = []
    for first in range(0, codes, CODES_PER_TRANSACTION):
        slugs += db.write_now(some, first, min(codes, first + CODES_PER_TRANSACTION))
    db.close()
    folder.release()
    return slugs
