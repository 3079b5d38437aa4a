"""What a User-Agent tells: device, system, browser, or a bot's kind.

Families come from ua-parser's uap-core patterns, bots from crawler-user-agents; both run in one Rust
regular-expression set, so a user agent never seen before costs some 10 microseconds. Answers are kept for the agents
seen last.

Some patterns name a family after whatever words stand in the user agent. Only names that stand in the patterns
themselves are kept, so no text of a user agent gets any further.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import crawleruseragents
from ua_parser import Domain
from ua_parser.lazy import UserAgentMatcher
from ua_parser.loaders import load_lazy_builtins
from ua_parser.regex import Resolver

KEPT_MAX = 20_000
READ_BYTES_MAX = 512
NO_AGENT = "no-user-agent"

_TABLET = re.compile(r"iPad|Tablet|Kindle|Silk/|PlayBook|\bSM-T\d|\bSM-X\d|Nexus (?:7|9|10)\b|Pixel Tablet")
_MOBILE = re.compile(r"Mobi|iPhone|iPod|Opera Mini|Windows Phone|BlackBerry|BB10|MIDP|J2ME|KAIOS", re.IGNORECASE)
_DESKTOP = re.compile(r"Windows NT|Macintosh|X11|CrOS|Linux x86_64|Linux i686")
# Phones and computers alike run these by hand or in scripts; the list of crawlers misses some.
_LIBRARY = re.compile(
    r"^(?:wrk|ab|hey|k6|httpie|undici|node|axios|got|okhttp|java|ruby|php|postmanruntime)\b", re.IGNORECASE
)
# These apps are named by their link previews and by the browser inside them alike; but no preview names a phone.
_PHONE_BROWSER = re.compile(r"Mozilla/5\.0 \((?:iPhone|iPad|iPod|Linux;[^)]*Android)")
_PREVIEWING_APPS = re.compile(r"\b(?:WhatsApp|Viber|Tumblr|Mastodon|Feedly)\b")


@dataclass(frozen=True, slots=True)
class Agent:
    """What is kept of a user agent: `device` is one of journal.DEVICES, `bot` empty for a person's browser."""

    device: str
    os: str
    browser: str
    bot: str


class Agents:
    """Reads user agents; holds the compiled patterns and the latest answers."""

    def __init__(self) -> None:
        matchers: Any = load_lazy_builtins()
        browsers, systems, _ = matchers
        self._families = Resolver((browsers, systems, []))
        self._known = _names((matcher.family, matcher.regex) for matcher in (*browsers, *systems))
        self._crawlers = Resolver(
            (
                [
                    UserAgentMatcher(f"({crawler['pattern']})", (crawler.get("tags") or ["crawler"])[0])
                    for crawler in crawleruseragents.CRAWLER_USER_AGENTS_DATA
                ],
                [],
                [],
            )
        )
        self._kept: dict[bytes, Agent] = {}

    def read(self, user_agent: bytes) -> Agent:
        """The agent behind a User-Agent header; only its first `READ_BYTES_MAX` bytes count."""
        user_agent = user_agent[:READ_BYTES_MAX]
        agent = self._kept.get(user_agent)
        if agent is None:
            if len(self._kept) >= KEPT_MAX:
                del self._kept[next(iter(self._kept))]
            agent = self._kept[user_agent] = self._recognise(user_agent.decode("latin-1"))
        return agent

    def _recognise(self, text: str) -> Agent:
        if not text.strip():
            return Agent("unknown", "", "", NO_AGENT)
        families = self._families(text, Domain.USER_AGENT | Domain.OS)
        system = families.os.family if families.os else ""
        browser = families.user_agent.family if families.user_agent else ""
        return Agent(_device(text), self._name(system), self._name(browser), self._bot(text))

    def _name(self, family: str) -> str:
        return family if family in self._known else ""

    def _bot(self, text: str) -> str:
        if _PHONE_BROWSER.match(text):
            text = _PREVIEWING_APPS.sub("", text)
        crawler = self._crawlers(text, Domain.USER_AGENT).user_agent
        if crawler is not None:
            return crawler.family
        return "http-library" if _LIBRARY.match(text) else ""


def _names(patterns: Iterable[tuple[str, str]]) -> frozenset[str]:
    """The family names that patterns can give without borrowing words; each is (family, regular expression)."""
    return frozenset(
        family.replace("$1", name)
        for family, regex in patterns
        for name in re.split(r"[|()]", regex.replace("\\", ""))
        if "$2" not in family
    )


def _device(text: str) -> str:
    if _TABLET.search(text) or ("Android" in text and not _MOBILE.search(text)):
        return "tablet"
    if _MOBILE.search(text):
        return "mobile"
    return "desktop" if _DESKTOP.search(text) else "unknown"
