"""What tests of accounts start from: people in the actor's organisation."""

import pytest

from repoint.accounts.actor import Actor, Role
from repoint.kit.db import Database
from tests.accounts.people import Enrol, enrolled


@pytest.fixture
def enrol(db: Database, actor: Actor) -> Enrol:
    """Makes members of the actor's organisation, or of another."""

    def make(role: Role, *, email: str | None = None, org: Actor = actor) -> Actor:
        return db.write_now(enrolled, org, email=email or f"{role}@example.com", role=role)

    return make
