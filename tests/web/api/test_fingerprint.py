"""Fingerprints: the same for the same request, however it arrives."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repoint.web.api.fingerprint import Fingerprint

FORM = b'--%b\r\nContent-Disposition: form-data; name="name"\r\n\r\nAcme\r\n--%b--\r\n'


def _of(body: bytes, *, cut_at: tuple[int, ...] = (), content_type: str = "application/json", **scope: object) -> bytes:
    asked = {"method": "POST", "path": "/qr-codes", "query_string": b"", **scope}
    fingerprint = Fingerprint(asked, content_type)
    for start, end in zip((0, *cut_at), (*cut_at, len(body)), strict=True):
        fingerprint.take(body[start:end])
    return fingerprint.of()


def _form(boundary: str, *cut_at: int) -> bytes:
    body = FORM.replace(b"%b", boundary.encode())
    return _of(body, cut_at=cut_at, content_type=f"multipart/form-data; boundary={boundary}")


@given(st.binary(max_size=200), st.integers(0, 200))
def test_pieces_do_not_matter(body: bytes, cut: int) -> None:
    """A body in one piece and in two is the same body."""
    assert _of(body) == _of(body, cut_at=(min(cut, len(body)),))


@pytest.mark.parametrize("cut", range(len(FORM) + 8))
def test_boundaries_do_not_matter(cut: int) -> None:
    """A form with another boundary is the same form, wherever the network cuts it."""
    assert _form("abcdef", cut) == _form("x1")


def test_what_matters() -> None:
    """Method, path, query and body, each, make another request; so does who asks, where that is to count."""
    one = Fingerprint({"method": "POST", "path": "/a", "query_string": b""}, "")
    different = {
        _of(b"{}"),
        _of(b"{} "),
        _of(b"{}", path="/designs"),
        _of(b"{}", method="PUT"),
        _of(b"{}", query_string=b"x=1"),
        one.of(),
        one.of("key_1"),
    }
    assert len(different) == 7
