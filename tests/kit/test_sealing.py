"""Sealed bytes: readable with the secret, with nothing else, and never altered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repoint.kit.sealing import NotSealedSo, seal, unseal

SECRET = b"rp_secret\norder-1"


@given(st.binary(min_size=1, max_size=100), st.binary(max_size=5_000))
def test_sealed_and_unsealed(secret: bytes, body: bytes) -> None:
    """Whatever was sealed comes back with the secret, and shows nothing of itself without."""
    sealed = seal(secret, body)
    assert unseal(secret, sealed) == body
    assert len(body) < 8 or body not in sealed


def test_the_same_is_never_sealed_the_same_way() -> None:
    """Two seals of one body share nothing that could be compared."""
    first, second = seal(SECRET, b"token"), seal(SECRET, b"token")
    assert first[:16] != second[:16]
    assert first[48:] != second[48:]


@pytest.mark.parametrize("at", [0, 15, 16, 47, 48, -1])
def test_any_change_shows(at: int) -> None:
    """A bit turned in salt, tag or body, another secret, and a piece cut off are refused."""
    sealed = bytearray(seal(SECRET, b"a body"))
    with pytest.raises(NotSealedSo):
        unseal(SECRET + b"x", bytes(sealed))
    with pytest.raises(NotSealedSo):
        unseal(SECRET, bytes(sealed[:-1]))
    sealed[at] ^= 1
    with pytest.raises(NotSealedSo):
        unseal(SECRET, bytes(sealed))
