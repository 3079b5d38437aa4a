"""Between the colours of screens and the inks of paper."""

from itertools import product

# What screens show for solid inks on coated paper, without and with each of cyan, magenta and yellow (in this order):
# offset printing by ISO 12647-2, in the sRGB that layout programs show for it.
_PAPER, _YELLOW, _MAGENTA, _RED = (255, 255, 255), (255, 237, 0), (230, 0, 126), (227, 6, 19)
_CYAN, _GREEN, _BLUE, _ALL_THREE = (0, 159, 227), (0, 150, 64), (49, 39, 131), (58, 50, 47)
_OVERPRINTS = (_PAPER, _YELLOW, _MAGENTA, _RED, _CYAN, _GREEN, _BLUE, _ALL_THREE)


def on_paper(cyan: float, magenta: float, yellow: float, black: float) -> tuple[int, int, int]:
    """Return the red, green and blue (0 to 255) that inks, in percent, look like on coated paper.

    Halftone dots of three inks cover each other by chance, so the eight overprints share the paper by the products of
    the coverages (Demichel's weights), and black darkens all of it.
    """
    shares = [
        (cyan if c else 100 - cyan) * (magenta if m else 100 - magenta) * (yellow if y else 100 - yellow) / 1e6
        for c, m, y in product((False, True), repeat=3)
    ]
    light = 1 - black / 100
    red, green, blue = (
        round(sum(share * overprint[channel] for share, overprint in zip(shares, _OVERPRINTS, strict=True)) * light)
        for channel in range(3)
    )
    return red, green, blue


def of_screen(red: int, green: int, blue: int) -> tuple[float, float, float, float]:
    """Return cyan, magenta, yellow and black, each 0 to 1, for a colour of a screen.

    Black takes all that the three others have in common, so a grey is black ink alone and prints sharply.
    """
    most = max(red, green, blue)
    if most == 0:
        return 0, 0, 0, 1
    return 1 - red / most, 1 - green / most, 1 - blue / most, 1 - most / 255
