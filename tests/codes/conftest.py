"""What tests of codes start from."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from repoint.accounts.actor import Actor
from repoint.codes.code import Code
from repoint.codes.create import create_code
from repoint.codes.draft import DynamicDraft, StaticDraft
from repoint.codes.table import codes
from repoint.kit.db import Database, Tx
from repoint.links.space import LinkSpace
from repoint.links.table import links
from tests.conftest import Forgotten

GOAL = "https://example.com/spring"

MakeCode = Callable[..., Code]
Snapshot = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def make_code(db: Database, actor: Actor, space: LinkSpace, forgotten: Forgotten) -> MakeCode:
    """Makes dynamic codes of the usual actor, or of another one."""

    def make(by: Actor = actor, *, destination: str = GOAL, **draft: Any) -> Code:
        made = db.write_now(create_code, by, DynamicDraft(destination, **draft), space=space)
        forgotten.links.clear()
        return made

    return make


@pytest.fixture
def make_static(db: Database, actor: Actor, space: LinkSpace) -> MakeCode:
    """Makes static codes of the usual actor."""

    def make(by: Actor = actor, *, text: str = "WIFI:S:guests;;", **draft: Any) -> Code:
        return db.write_now(create_code, by, StaticDraft(text, **draft), space=space)

    return make


@pytest.fixture
def stored(db: Database) -> Snapshot:
    """All codes and links of everybody, as rows."""

    def rows(tx: Tx) -> list[dict[str, Any]]:
        return [
            dict(row)
            for table, order in ((codes, codes.c.serial), (links, links.c.id))
            for row in tx.execute(select(table).order_by(order)).mappings()
        ]

    return lambda: db.read_now(rows)
