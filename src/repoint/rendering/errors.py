"""What a caller can act on when a picture cannot be made.

RenderingError     the picture cannot be made as asked      field, reason
├── BadDesign      the design names or holds something that is not allowed
├── BadLogo        an uploaded logo cannot be read, or holds something that is not allowed
└── Unrenderable   the design is sound, but not for this text or at this size
    └── TooLong    the text fits no version of the symbol    given_bytes, bytes_max
"""


class RenderingError(ValueError):
    """A picture cannot be made as asked: `field` is what to change, `reason` a sentence for people."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class BadDesign(RenderingError):
    """The design holds an unknown name or a value out of range; `field` is a path such as `design.modules.shape`."""


class BadLogo(RenderingError):
    """An uploaded logo cannot be read, or holds something that is not allowed; the field is `logo`."""

    def __init__(self, reason: str) -> None:
        super().__init__("logo", reason)


class Unrenderable(RenderingError):
    """The text, the format or the size does not allow a picture."""


class TooLong(Unrenderable):
    """The text needs more than version 40 holds at the level asked for."""

    def __init__(self, *, given_bytes: int, bytes_max: int) -> None:
        holds = f"a symbol of this level holds {bytes_max:,}, and more only of digits and capital letters"
        super().__init__("text", f"is {given_bytes:,} bytes long; {holds}")
        self.given_bytes = given_bytes
        self.bytes_max = bytes_max
