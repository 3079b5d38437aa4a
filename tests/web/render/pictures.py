"""Uploads good and bad, and what is read out of answers."""

import io
import struct
import zlib
from typing import Any

import httpx
import pypdfium2
import resvg_py
import zxingcpp
from PIL import Image

SVG = b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 10 10'><circle cx='5' cy='5' r='5' fill='#c00'/></svg>"


def png(side: int = 32, color: str = "#CC0000") -> bytes:
    """A square of one colour; each colour is another logo."""
    file = io.BytesIO()
    Image.new("RGB", (side, side), color).save(file, "PNG")
    return file.getvalue()


def bomb() -> bytes:
    """A PNG of 13,000 by 13,000 pixels in some 20 kB."""
    rows = zlib.compress(bytes(13_000 * (1 + 13_000 // 8)), 9)

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 13_000, 13_000, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def animated() -> bytes:
    """A PNG of two pictures."""
    file = io.BytesIO()
    first, second = Image.new("RGB", (9, 9), "red"), Image.new("RGB", (9, 9), "blue")
    first.save(file, "PNG", save_all=True, append_images=[second])
    return file.getvalue()


def svg(inside: str, before: str = "") -> bytes:
    """An SVG with something in it."""
    return f"{before}<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 10 10'>{inside}</svg>".encode()


def code(client: httpx.Client, **fields: Any) -> dict[str, Any]:
    """A code that was just made."""
    answer = client.post("qr-codes", json={"destination": "https://example.com/spring", **fields})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def blamed(answer: httpx.Response) -> dict[str, str]:
    """The fields that an answer of 422 blames, with what it says of each."""
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return {error["field"]: error["message"] for error in answer.json()["errors"]}


def decoded(answer: httpx.Response) -> str:
    """What a decoder that shares nothing with the drawing reads out of a picture."""
    assert answer.status_code == 200, answer.text
    body = answer.content
    match answer.headers["content-type"]:
        case "image/svg+xml":
            body = bytes(resvg_py.svg_to_bytes(svg_string=body.decode(), width=800, background="#ffffff"))
            image = Image.open(io.BytesIO(body))
        case "application/pdf":
            with pypdfium2.PdfDocument(body) as document:
                image = document[0].render(scale=5).to_pil()
        case _:
            image = Image.open(io.BytesIO(body))
    (found,) = zxingcpp.read_barcodes(image.convert("RGB"))
    return str(found.text)
