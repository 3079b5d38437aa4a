"""Names of files that every system takes, each once."""

import re
import unicodedata

LENGTH_MAX = 120
_BYTES_MAX = 240  # of 255 that most file systems take

# Path separators, what Windows refuses, and all that is invisible or turns text around.
_FORBIDDEN = re.compile(r'[/\\:*?"<>|\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]')
_EXTENSIONS = (".svg", ".png", ".pdf")
_DEVICES = frozenset(
    ("con", "prn", "aux", "nul", "clock$", *(f"com{n}" for n in range(10)), *(f"lpt{n}" for n in range(10)))
)
_NUMBER_ROOM = 8  # for `-123456`


class FileNames:
    """Gives out names; two that a file system would take for one are told apart by a number."""

    def __init__(self, given: list[str], *, extension: str) -> None:
        self._extension = extension
        self._given = {_folded(name) for name in given}
        self._next: dict[str, int] = {}

    def give(self, wanted: str, *, otherwise: str) -> str:
        """A name like the wanted one, or like the other where nothing of it is left."""
        stem = safe_stem(wanted) or safe_stem(otherwise) or "qr-code"
        name = f"{stem}.{self._extension}"
        key = _folded(stem)
        while _folded(name) in self._given:
            self._next[key] = self._next.get(key, 1) + 1
            name = f"{stem}-{self._next[key]}.{self._extension}"
        self._given.add(_folded(name))
        return name


def safe_stem(wanted: str) -> str:
    """What can be kept of a wished name, without folder and extension; empty where that is nothing."""
    name = unicodedata.normalize("NFC", wanted.encode(errors="ignore").decode())
    name = _FORBIDDEN.sub("_", re.split(r"[/\\]", name)[-1]).strip(" .")
    for extension in _EXTENSIONS:
        if name.lower().endswith(extension):
            name = name[: -len(extension)].strip(" .")
    if name.partition(".")[0].strip().lower() in _DEVICES:
        name = f"_{name}"
    room = LENGTH_MAX - len(".svg") - _NUMBER_ROOM
    name = name.lstrip("-")[:room]  # a leading dash reads like an option to commands
    while len(name.encode()) > _BYTES_MAX - _NUMBER_ROOM:
        name = name[:-1]
    return name.rstrip(" .")


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()
