"""From what a child process says of an upload to a logo."""

import json

from repoint.codes.draft import LOGO_NAME_DEFAULT, NewLogo
from repoint.kit.errors import Invalid
from repoint.kit.jail import Finished, Overran

BYTES_MAX = 2_000_000
READER = ("repoint.codes.logo_reading", "normalised")  # what runs in the child process


def check_size(body: bytes, *, field: str) -> None:
    """Let pass what is small enough to be read.

    Raises:
        Invalid: it is larger.
    """
    if len(body) > BYTES_MAX:
        raise Invalid(field, f"is {len(body):,} bytes long; at most {BYTES_MAX:,} are allowed")


def new_logo(read: Finished | Overran, *, field: str, name: str = LOGO_NAME_DEFAULT) -> NewLogo:
    """The clean artwork.

    Raises:
        Invalid: the upload cannot be read, holds something that is not allowed, or needs more than the bounds.
    """
    if isinstance(read, Overran):
        raise Invalid(field, f"takes more than {read.bound} to read; save it anew, smaller or simpler")
    head, _, artwork = read.output.partition(b"\n")
    said = json.loads(head)
    if "reason" in said:
        raise Invalid(field, said["reason"])
    return NewLogo(said["media_type"], artwork, name)
