"""Numbered objects to a PDF file."""

import zlib

_HEAD = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"  # four bytes above 127 mark the file as binary (ISO 32000-1 section 7.5.2)


class Objects:
    """The objects of a file, numbered from 1 in the order they were reserved or added."""

    def __init__(self) -> None:
        self._bodies: list[bytes] = []

    def reserve(self) -> int:
        """Return the number of an object that is written later, with `put`."""
        self._bodies.append(b"")
        return len(self._bodies)

    def put(self, number: int, body: bytes) -> None:
        """Write a reserved object."""
        self._bodies[number - 1] = body

    def add(self, body: bytes) -> int:
        """Write an object and return its number."""
        number = self.reserve()
        self.put(number, body)
        return number

    def file(self, *, root: int, info: int | None) -> bytes:
        """Return the whole file: all objects, the cross-reference table and the trailer."""
        body = bytearray(_HEAD)
        offsets = []
        for number, content in enumerate(self._bodies, 1):
            offsets.append(len(body))
            body += b"%d 0 obj%s\nendobj\n" % (number, content)
        start = len(body)
        body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(offsets) + 1)
        body += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
        reference = b"/Info %d 0 R" % info if info else b""
        body += b"trailer<</Size %d/Root %d 0 R%s>>\n" % (len(offsets) + 1, root, reference)
        body += b"startxref\n%d\n%%%%EOF\n" % start
        return bytes(body)


def stream(dictionary: str, data: bytes) -> bytes:
    """Return a compressed stream object with more entries in its dictionary."""
    packed = zlib.compress(data, 6)
    return b"<<%s/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (dictionary.encode(), len(packed), packed)


def text(words: str) -> bytes:
    """Return a text string: UTF-16 with a byte order mark, in hexadecimal (ISO 32000-1 section 7.9.2.2)."""
    return b"<%s>" % (b"\xfe\xff" + words.encode("utf-16-be", "replace")).hex().encode()
