"""An installation secret is made once."""

from repoint.kit.db import Database
from repoint.kit.secrets import SECRET_BYTES, load_or_make


def test_a_secret_is_made_once(db: Database) -> None:
    """The first caller makes it, every later one gets the same."""
    made = db.write_now(load_or_make, "cursor")
    assert len(made) == SECRET_BYTES
    assert db.write_now(load_or_make, "cursor") == made


def test_secrets_of_two_names_differ(db: Database) -> None:
    """No two purposes share a secret."""
    assert db.write_now(load_or_make, "cursor") != db.write_now(load_or_make, "visitor")
