"""Who hears of changes: listeners by topic."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Listener:
    """Hears of single changes by key; or that it may have missed some, and must trust nothing it remembers."""

    changed: Callable[[str], None]
    missed: Callable[[], None]


class Feed:
    """Passes changes on; belongs to the event loop, as what its listeners keep does.

    Who listens may hear of one change more than once, never less than once.
    """

    def __init__(self) -> None:
        self._listeners: dict[str, list[Listener]] = defaultdict(list)

    def listen(self, topic: str, *, changed: Callable[[str], None], missed: Callable[[], None]) -> None:
        """Call `changed` with the key of each announced thing of the topic, `missed` where some may be lost."""
        self._listeners[topic].append(Listener(changed, missed))

    def tell(self, topic: str, key: str) -> None:
        """A thing has changed."""
        for listener in self._listeners.get(topic, ()):
            listener.changed(key)

    def tell_missed(self) -> None:
        """Changes of any topic may have gone unheard."""
        for listeners in self._listeners.values():
            for listener in listeners:
                listener.missed()
