"""Reading a picture back, byte by byte."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image


def reads(image: "Image.Image", encoded: bytes) -> bool:
    """Say whether zxing-cpp finds a symbol in a grey image and decodes it to exactly the encoded bytes."""
    from zxingcpp import BarcodeFormat, BarcodeFormats, read_barcode

    found = read_barcode(image, formats=BarcodeFormats(BarcodeFormat.QRCode))
    return found is not None and found.bytes == encoded
