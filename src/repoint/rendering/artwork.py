"""What a logo is made of: filled paths, or pixels."""

from repoint.rendering.errors import RenderingError


class BadLogo(RenderingError):
    """An uploaded logo cannot be read, or holds something that is not allowed."""

    def __init__(self, reason: str) -> None:
        super().__init__("logo", reason)
