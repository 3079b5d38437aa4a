"""Colours that go with a frame's colour."""

from repoint.rendering import colors

BLACK, WHITE = "#000000", "#FFFFFF"

CONTRAST_MIN = 3  # of large letters (WCAG 2.2, success criterion 1.4.3)
DARK_MAX = 0.03  # luminance of colours that show no darker shade


def on(ink: str, *, ground: str) -> str:
    """Return a colour that can be read on `ink`: the ground when it can, else black or white."""
    if contrast(ink, ground) >= CONTRAST_MIN:
        return ground
    return max(WHITE, BLACK, key=lambda color: contrast(ink, color))


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def behind(ink: str) -> tuple[str, str]:
    """Return the colours of a ribbon's ends behind its middle, and of the folds between, which lie in the shade."""
    if _luminance(ink) > DARK_MAX:
        return _mixed(ink, BLACK, share=0.22), _mixed(ink, BLACK, share=0.5)
    return _mixed(ink, WHITE, share=0.3), _mixed(ink, WHITE, share=0.14)


def _mixed(color: str, other: str, *, share: float) -> str:
    pairs = zip(colors.channels(color), colors.channels(other), strict=True)
    return "#" + "".join(f"{round(one + (two - one) * share):02X}" for one, two in pairs)


def _luminance(color: str) -> float:
    linear = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in (value / 255 for value in colors.channels(color))
    )
    return sum(weight * channel for weight, channel in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
