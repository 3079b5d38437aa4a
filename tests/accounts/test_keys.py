"""A key is shown once, kept as a hash, revoked at once."""

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repoint.accounts import keys, organisations
from repoint.accounts.actor import Scope
from repoint.accounts.keys import LABEL_MAX, is_well_formed, new_token
from repoint.accounts.organisations import Organisation
from repoint.accounts.tokens import SECRET_CHARACTERS
from repoint.kit import base58
from repoint.kit.db import Database
from repoint.kit.errors import Invalid, NotFound
from tests.conftest import START, FakeClock

TOKENS = st.builds(new_token)
TOKEN_LENGTH = 37


@pytest.fixture
def org(db: Database) -> Organisation:
    """An organisation without a key."""
    return db.write_now(organisations.found, "Acme")


@pytest.fixture
def other(db: Database) -> Organisation:
    """Another one."""
    return db.write_now(organisations.found, "Globex")


@given(TOKENS)
def test_a_token_is_well_formed(token: str) -> None:
    """`rp_`, 28 and 6 Base58 characters; the 28 hold no more than 160 bits."""
    assert is_well_formed(token)
    assert len(token) == TOKEN_LENGTH
    assert token.startswith("rp_")
    secret = base58.decode(token[3 : 3 + SECRET_CHARACTERS])
    assert secret is not None
    assert secret < 1 << 160


def test_tokens_differ() -> None:
    """No two of 1,000 are the same, and the secret's length is used: some are longer than 158 bits."""
    tokens = {new_token() for _ in range(1_000)}
    assert len(tokens) == 1_000
    assert max(base58.decode(token[3:31]) or 0 for token in tokens).bit_length() > 158


@given(TOKENS, st.data())
def test_a_typing_error_is_noticed(token: str, data: st.DataObject) -> None:
    """One character changed, or two neighbours swapped, and the checksum says no without asking the database."""
    place = data.draw(st.integers(0, TOKEN_LENGTH - 2))
    typed = data.draw(st.sampled_from(base58.ALPHABET))
    swapped = token[:place] + token[place + 1] + token[place] + token[place + 2 :]
    for wrong in (token[:place] + typed + token[place + 1 :], swapped):
        assert is_well_formed(wrong) is (wrong == token)


@given(TOKENS, st.data())
def test_a_token_is_whole(token: str, data: st.DataObject) -> None:
    """A part of a token, or one with something around it, is none."""
    end = data.draw(st.integers(0, TOKEN_LENGTH - 1))
    for wrong in (token[:end], token[end + 1 :], token + " ", " " + token, token + "1", token.lower(), token.upper()):
        assert not is_well_formed(wrong)


@given(st.text(max_size=50) | st.text(base58.ALPHABET, min_size=34, max_size=34).map(lambda body: "rp_" + body))
def test_garbage_is_no_token(text: str) -> None:
    """Made-up tokens are refused, surrogates and other alphabets without an exception."""
    assert not is_well_formed(text)


def test_a_key_is_recognised(db: Database, org: Organisation, other: Organisation) -> None:
    """Each token leads to the actor of its own key: organisation, scope and plan."""
    for owner, scope in ((org, Scope.READ), (org, Scope.WRITE), (other, Scope.ADMIN)):
        key, token = db.write_now(keys.create, owner.id, label="till", scope=scope)
        actor = db.read_now(keys.recognise, token)
        assert actor is not None
        assert (actor.org, actor.who, actor.scope) == (owner.id, key.public_id, scope)


def test_an_unknown_key_is_nobody(db: Database, org: Organisation) -> None:
    """A well-formed token that was never given out is nobody's."""
    db.write_now(keys.create, org.id, label="till", scope=Scope.ADMIN)
    assert db.read_now(keys.recognise, new_token()) is None


@pytest.mark.sqlite
def test_the_database_holds_no_token(db: Database, org: Organisation, tmp_path: Path) -> None:
    """The whole file, its write-ahead log included, holds the SHA-256 and neither token nor secret."""
    _, token = db.write_now(keys.create, org.id, label="till", scope=Scope.ADMIN)
    raw = b"".join(file.read_bytes() for file in tmp_path.glob("repoint.sqlite3*"))
    assert hashlib.sha256(token.encode()).digest() in raw
    assert token.encode() not in raw
    assert token[3:31].encode() not in raw


def test_a_revoked_key_is_nobody(db: Database, org: Organisation, clock: FakeClock) -> None:
    """Revoking works at once and for this key alone; a second time keeps the first time's date."""
    key, token = db.write_now(keys.create, org.id, label="till", scope=Scope.ADMIN)
    spare, spare_token = db.write_now(keys.create, org.id, label="spare", scope=Scope.READ)
    clock.forward(timedelta(hours=1))
    db.write_now(keys.revoke, org.id, key.public_id)
    clock.forward(timedelta(hours=1))
    db.write_now(keys.revoke, org.id, key.public_id)
    assert db.read_now(keys.recognise, token) is None
    assert db.read_now(keys.recognise, spare_token) is not None
    assert [(each.id, each.revoked_at) for each in db.read_now(keys.listed, org.id)] == [
        (key.id, START + timedelta(hours=1)),
        (spare.id, None),
    ]


def test_nobody_revokes_another_organisations_key(db: Database, org: Organisation, other: Organisation) -> None:
    """To another organisation a key is NotFound, and goes on working."""
    key, token = db.write_now(keys.create, org.id, label="till", scope=Scope.ADMIN)
    with pytest.raises(NotFound):
        db.write_now(keys.revoke, other.id, key.public_id)
    assert db.read_now(keys.recognise, token) is not None


@pytest.mark.parametrize("public_id", ["", "key_", "key_01ARZ3NDEKTSV4RRFFQ69G5FAV", "rp_1234"])
def test_an_unknown_key_cannot_be_revoked(db: Database, org: Organisation, public_id: str) -> None:
    """An id that is no key's is NotFound."""
    with pytest.raises(NotFound):
        db.write_now(keys.revoke, org.id, public_id)


def test_the_list_is_the_organisations_own(db: Database, org: Organisation, other: Organisation) -> None:
    """Keys are listed oldest first, as they were made, and none of another organisation's."""
    made = [db.write_now(keys.create, org.id, label=f" {n} ", scope=Scope.READ)[0] for n in range(5)]
    db.write_now(keys.create, other.id, label="theirs", scope=Scope.READ)
    assert db.read_now(keys.listed, org.id) == made
    assert [key.label for key in made] == ["0", "1", "2", "3", "4"]


@pytest.mark.parametrize("label", ["", " \t", "x" * (LABEL_MAX + 1)])
def test_a_label_that_cannot_be(db: Database, org: Organisation, label: str) -> None:
    """An empty or too long label is refused, and no key is made."""
    with pytest.raises(Invalid) as caught:
        db.write_now(keys.create, org.id, label=label, scope=Scope.READ)
    assert caught.value.field == "label"
    assert db.read_now(keys.listed, org.id) == []


def test_a_key_that_works_again(db: Database, org: Organisation) -> None:
    """Given a later end between being refused and being asked why, a key has its holder ask again."""
    _, token = db.write_now(keys.create, org.id, label="till", scope=Scope.ADMIN)
    assert db.read_now(keys.why_unusable, token) == "This API key was changed just now. Ask again."
