"""Uploaded PNG, JPEG and WebP come out as plain pixels, or are refused within bounds."""

import io
import struct
import subprocess
import sys
import time
import zlib

import pytest
from PIL import Image

from repoint.rendering import logo_import
from repoint.rendering.artwork import Photo
from repoint.rendering.errors import BadLogo
from repoint.rendering.raster_import import BYTES_MAX, KEPT_SIDE_PX_MAX

TIME_MAX_S = 5
MEMORY_MAX_BYTES = 512 * 1024 * 1024

RED, GREEN, BLUE = (255, 0, 0, 255), (0, 255, 0, 255), (0, 0, 255, 255)
UPRIGHT_BY_TURNING = 6  # EXIF: the picture lies on its left side


def file(image: Image.Image, fmt: str, **options: object) -> bytes:
    """Return a picture as a file."""
    out = io.BytesIO()
    image.save(out, fmt, **options)
    return out.getvalue()


def photo(body: bytes) -> Photo:
    """Return what an upload comes out as."""
    read = logo_import.read(body)
    assert isinstance(read, Photo)
    assert len(read.rgba) == 4 * read.width_px * read.height_px
    return read


def pixel(read: Photo, x: int, y: int) -> tuple[int, ...]:
    """Return the four bytes of a pixel."""
    at = 4 * (y * read.width_px + x)
    return tuple(read.rgba[at : at + 4])


def chunk(name: bytes, data: bytes) -> bytes:
    """Return a chunk of a PNG."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int, height: int, *, color_type: int = 0, after_header: bytes = b"") -> bytes:
    """Return a PNG that is small for the size it declares: grey (0), or red, green, blue and alpha (6)."""
    packer = zlib.compressobj(9)
    row = bytes(1 + width * (4 if color_type == 6 else 1))
    data = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, color_type, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + after_header + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def scans(count: int) -> bytes:
    """Return a progressive JPEG that repeats its last scan."""
    body = file(Image.linear_gradient("L").resize((2_048, 2_048)), "JPEG", progressive=True)
    last = body.rindex(b"\xff\xda")
    return body[:-2] + body[last:-2] * count + body[-2:]


def split(left: tuple[int, ...], right: tuple[int, ...]) -> Image.Image:
    """Return a picture of two halves, 40 by 20."""
    image = Image.new("RGBA", (40, 20), left)
    image.paste(right, (20, 0, 40, 20))
    return image


@pytest.mark.parametrize(
    "body",
    [
        file(split(RED, BLUE), "PNG"),
        file(split(RED, BLUE).convert("RGB"), "PNG"),
        file(split(RED, BLUE).convert("P"), "PNG"),
        file(split(RED, BLUE), "WEBP", lossless=True),
        file(split(RED, BLUE).convert("RGB"), "JPEG", quality=95, subsampling=0),
        file(split(RED, BLUE).convert("RGB").convert("CMYK"), "JPEG", quality=95),
    ],
    ids=["png", "png without alpha", "png with a palette", "webp", "jpeg", "jpeg in cmyk"],
)
def test_every_kind_keeps_its_colors(body: bytes) -> None:
    """The same picture in every allowed kind of file has the same pixels, but for what JPEG loses."""
    read = photo(body)
    assert (read.width_px, read.height_px, read.width, read.height) == (40, 20, 1, 0.5)
    for x, color in ((5, RED), (35, BLUE)):
        assert max(abs(a - b) for a, b in zip(pixel(read, x, 10), color, strict=True)) < 8


def test_sixteen_bits_are_scaled() -> None:
    """Grey of 16 bits keeps its brightness."""
    body = file(Image.new("I;16", (10, 10), 0x8080), "PNG")
    assert pixel(photo(body), 5, 5) == (0x80, 0x80, 0x80, 255)


def test_a_transparent_palette_entry_is_transparent() -> None:
    """Transparency of a palette becomes alpha, and the picture is trimmed to what is left."""
    image = Image.new("P", (30, 30), 0)
    image.putpalette([0, 255, 0, 255, 0, 0])
    image.paste(1, (10, 5, 20, 25))
    read = photo(file(image, "PNG", transparency=0))
    assert (read.width_px, read.height_px) == (10, 20)
    assert pixel(read, 0, 0) == RED


def test_pictures_are_turned_upright() -> None:
    """The orientation that a camera wrote is followed, and then forgotten."""
    turned = Image.Exif()
    turned[0x0112] = UPRIGHT_BY_TURNING
    read = photo(file(split(RED, GREEN).convert("RGB"), "JPEG", quality=95, exif=turned))
    assert (read.width_px, read.height_px) == (20, 40)
    assert pixel(read, 10, 5)[0] > 200
    assert pixel(read, 10, 35)[1] > 200


def test_the_hull_follows_what_is_seen() -> None:
    """A round picture on nothing has a round hull, so that it fills a round plate."""
    image = Image.new("RGBA", (200, 200))
    image.paste(RED, (0, 0), Image.radial_gradient("L").resize((200, 200)).point(lambda value: 255 * (value < 180)))
    read = photo(file(image, "PNG"))
    assert len(read.hull) > 20
    assert max((x - 0.5) ** 2 + (y - 0.5) ** 2 for x, y in read.hull) ** 0.5 == pytest.approx(0.5, abs=0.01)


def test_large_pictures_become_smaller() -> None:
    """More pixels than print resolves are not kept."""
    read = photo(file(Image.new("RGB", (4_096, 2_048), "red"), "PNG"))
    assert (read.width_px, read.height_px) == (KEPT_SIDE_PX_MAX, KEPT_SIDE_PX_MAX // 2)


def test_the_name_of_a_type_means_nothing() -> None:
    """A file is what it holds: there is no type to declare, and others are named for what they are."""
    for fmt, named in (("GIF", "is a GIF"), ("BMP", "is a BMP"), ("TIFF", "is a TIFF"), ("ICO", "is an ICO")):
        with pytest.raises(BadLogo, match=named):
            logo_import.read(file(split(RED, BLUE), fmt))
    for body, named in ((b"%PDF-1.4", "is a PDF"), (b"hello", "not a picture"), (b"", "is empty")):
        with pytest.raises(BadLogo, match=named):
            logo_import.read(body)


FRAMES = {"save_all": True, "append_images": [split(BLUE, RED)]}
NOISE = Image.effect_noise((300, 300), 80)
REFUSED = {
    "png bomb": (png(13_000, 13_000), "13,000 by 13,000"),
    "long png": (png(100_000, 1), "100,000 by 1 "),
    "webp bomb": (file(Image.new("RGB", (16_000, 9)), "WEBP", lossless=True), "16,000 by 9"),
    "lossy webp bomb": (file(Image.new("RGB", (16_000, 9)), "WEBP"), "16,000 by 9"),
    "extended webp bomb": (file(Image.new("RGBA", (16_000, 9), (0, 0, 0, 9)), "WEBP"), "16,000 by 9"),
    "jpeg bomb": (file(Image.new("L", (60_000, 9)), "JPEG"), "60,000 by 9"),
    "jpeg of many scans": (scans(60), "scans"),
    "text bomb": (png(9, 9, after_header=chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(20_000_000)))), "damaged"),
    "long": (png(9, 9) + bytes(BYTES_MAX), "at most 2,000,000"),
    "cut off png": (file(NOISE, "PNG")[:9_000], "cut off"),
    "cut off jpeg": (file(NOISE, "JPEG")[:9_000], "cut off"),
    "cut off webp": (file(NOISE.convert("RGB"), "WEBP", lossless=True)[:9_000], "cut off"),
    "cut off header": (file(NOISE, "PNG")[:20], "cut off"),
    "no webp at all": (b"RIFF\0\0\0\0WEBPVP8X", "cut off"),
    "no png at all": (b"\x89PNG\r\n\x1a\nwhat?", "not a PNG, JPEG or WebP"),
    "sound file": (b"RIFF\0\0\0\0WAVEfmt ", "not a PNG, JPEG or WebP"),
    "animated png": (file(split(RED, BLUE), "PNG", **FRAMES), "animated"),
    "animated webp": (file(split(RED, BLUE), "WEBP", **FRAMES), "animated"),
    "nothing to see": (png(50, 50, color_type=6), "transparent"),
    "a line": (file(Image.new("L", (400, 2)), "PNG"), "200 times"),
}


@pytest.mark.parametrize(("body", "named"), REFUSED.values(), ids=REFUSED)
def test_is_refused_in_time(body: bytes, named: str) -> None:
    """Each names what is wrong, of the field `logo`, in time."""
    begun = time.perf_counter()
    with pytest.raises(BadLogo) as error:
        logo_import.read(body)
    assert time.perf_counter() - begun < TIME_MAX_S
    assert error.value.field == "logo"
    assert named in error.value.reason


def test_memory_is_bounded() -> None:
    """A process of 512 MB refuses all of them, and reads the largest that are allowed."""
    script = f"""
import resource
resource.setrlimit(resource.RLIMIT_AS, ({MEMORY_MAX_BYTES}, {MEMORY_MAX_BYTES}))
import sys
from repoint.rendering import logo_import
from repoint.rendering.errors import BadLogo
read = refused = 0
for size in map(int, sys.argv[1].split(",")):
    try:
        logo_import.read(sys.stdin.buffer.read(size))
        read += 1
    except BadLogo:
        refused += 1
print(read, refused)
"""
    wide = Image.linear_gradient("L").resize((4_096, 4_096))
    largest = [
        file(wide, "PNG"),
        file(wide.convert("RGBA"), "PNG"),
        file(wide.convert("RGB"), "JPEG", progressive=True),
        file(wide.convert("CMYK"), "JPEG"),
        file(wide.convert("RGB"), "WEBP", quality=20, method=0),
        file(wide.convert("1"), "PNG"),
    ]
    files = [*(body for body, _ in REFUSED.values()), *largest]
    sizes = ",".join(str(len(body)) for body in files)
    done = subprocess.run(
        [sys.executable, "-c", script, sizes], input=b"".join(files), capture_output=True, check=False, timeout=60
    )
    assert done.stdout.decode() == f"{len(largest)} {len(REFUSED)}\n", done.stderr.decode()[-2_000:]
