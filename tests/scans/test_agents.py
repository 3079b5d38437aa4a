"""User agents: in-app browsers are people, previews and programs are bots with a reason."""

import pytest

from repoint.scans import agents as agents_module
from repoint.scans.agents import NO_AGENT, Agents
from repoint.scans.journal import DEVICES

_KIT = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
IPHONE = f"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) {_KIT}"
IPAD = f"Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) {_KIT}"
MAC = f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {_KIT}"
BLINK = "AppleWebKit/537.36 (KHTML, like Gecko)"
ANDROID = f"Mozilla/5.0 (Linux; Android 10; K) {BLINK}"
WINDOWS = f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {BLINK}"
# The browser inside an Android app.
INSIDE = (
    f"Mozilla/5.0 (Linux; Android 14; SM-S918B Build/UP1A.231005.007; wv) {BLINK} "
    "Version/4.0 Chrome/125.0.6422.113 Mobile Safari/537.36"
)

BROWSERS = [
    (f"{IPHONE} Version/17.5 Mobile/15E148 Safari/604.1", "mobile", "iOS", "Mobile Safari"),
    (f"{IPHONE} CriOS/125.0.6422.80 Mobile/15E148 Safari/604.1", "mobile", "iOS", "Chrome Mobile iOS"),
    (f"{IPHONE} FxiOS/126.0 Mobile/15E148 Safari/605.1.15", "mobile", "iOS", "Firefox iOS"),
    (f"{IPHONE} GSA/318.0.634488990 Mobile/15E148 Safari/604.1", "mobile", "iOS", "Google"),
    (f"{IPHONE} Mobile/15E148 DuckDuckGo/7 Safari/605.1.15", "mobile", "iOS", "DuckDuckGo Mobile"),
    (f"{ANDROID} Chrome/125.0.0.0 Mobile Safari/537.36", "mobile", "Android", "Chrome Mobile"),
    (
        f"{ANDROID} SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36",
        "mobile",
        "Android",
        "Samsung Internet",
    ),
    ("Mozilla/5.0 (Android 14; Mobile; rv:126.0) Gecko/126.0 Firefox/126.0", "mobile", "Android", "Firefox Mobile"),
    (
        f"Mozilla/5.0 (Linux; Android 12; CUBOT NOTE 30) {BLINK} Chrome/125.0.0.0 Mobile Safari/537.36",
        "mobile",
        "Android",
        "Chrome Mobile",
    ),
    (f"{IPAD} Version/17.5 Mobile/15E148 Safari/604.1", "tablet", "iOS", "Mobile Safari"),
    (f"Mozilla/5.0 (Linux; Android 13; SM-X906C) {BLINK} Chrome/125.0 Safari/537.36", "tablet", "Android", "Chrome"),
    (
        f"Mozilla/5.0 (Linux; Android 9; KFMAWI) {BLINK} Silk/124.4.1 like Chrome/124.0.0.0 Safari/537.36",
        "tablet",
        "Android",
        "Amazon Silk",
    ),
    (f"{WINDOWS} Chrome/125.0.0.0 Safari/537.36", "desktop", "Windows", "Chrome"),
    (f"{WINDOWS} Chrome/125.0.0.0 Safari/537.36 Edg/125.0.2535.67", "desktop", "Windows", "Edge"),
    (f"{WINDOWS} Chrome/125.0.0.0 Safari/537.36 OPR/111.0.0.0", "desktop", "Windows", "Opera"),
    (f"{MAC} Version/17.5 Safari/605.1.15", "desktop", "Mac OS X", "Safari"),
    ("Mozilla/5.0 (X11; Linux x86_64; rv:126.0) Gecko/20100101 Firefox/126.0", "desktop", "Linux", "Firefox"),
    (
        f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {BLINK} Chrome/125.0.0.0 Safari/537.36",
        "desktop",
        "Chrome OS",
        "Chrome",
    ),
]

IN_APP = [
    (f"{IPHONE} Mobile/15E148 Instagram 335.0.8.26.85 (iPhone15,3; iOS 17_5_1; de_DE; de; scale=3.00)", "Instagram"),
    (f"{INSIDE} Instagram 334.0.0.42.95 Android (34/14; 480dpi; 1080x2115; samsung; SM-S918B)", "Instagram"),
    (f"{IPHONE} Mobile/15E148 [FBAN/FBIOS;FBAV/465.0.1.41.103;FBDV/iPhone15,3;FBLC/de_DE]", "Facebook"),
    (f"{INSIDE} [FB_IAB/FB4A;FBAV/465.0.0.58.85;]", "Facebook"),
    (f"{IPHONE} Mobile/15E148 [FBAN/MessengerForiOS;FBAV/458.0.0.38.108;FBSN/iOS]", "Facebook Messenger"),
    (f"{IPHONE} Mobile/15E148 musical_ly_34.5.0 JsSdk/2.0 NetType/WIFI BytedanceWebview/d8a21c6", "TikTok"),
    (f"{INSIDE} musical_ly_2023405030 JsSdk/1.0 AppName/musical_ly app_version/34.5.3", "TikTok"),
    (f"{IPHONE} Mobile/15E148 MicroMessenger/8.0.49(0x18003137) NetType/WIFI Language/zh_CN", "WeChat Browser"),
    (f"{INSIDE} XWEB/1160117 MMWEBSDK/20240404 MicroMessenger/8.0.49.2600 WeChat/arm64", None),
    (f"{IPHONE} Mobile/15E148 [LinkedInApp]/9.29.8962", None),
    (f"{INSIDE} [LinkedInApp]", None),
    (f"{IPHONE} Mobile/15E148 Snapchat/12.87.0.40 (like Safari/8618.2.12.10.9, panda)", "Snapchat"),
    (f"{INSIDE} Snapchat/12.87.0.38 (SM-S918B; Android 14#S918BXXS; gzip; )", "Snapchat"),
    (f"{IPHONE} Mobile/15E148 [Pinterest/iOS]", "Pinterest"),
    (f"{INSIDE} [Pinterest/Android]", "Pinterest"),
    (f"{IPHONE} Safari Line/14.8.0", "LINE"),
    (f"{INSIDE} Line/14.8.0/IAB", "LINE"),
    (f"{IPHONE} Mobile/15E148 WhatsApp/24.10.79", "WhatsApp"),
    (f"{INSIDE} WhatsApp/2.24.10.79", "WhatsApp"),
    (f"{INSIDE} Viber", None),
    (f"{IPHONE} Mobile/15E148 Twitter for iPhone/10.42", "Twitter"),
    (f"{INSIDE} KAKAOTALK/10.8.3", "KakaoTalk"),
]

BOTS = [
    ("WhatsApp/2.23.20.0 A", "social-preview"),
    ("WhatsApp/2.24.10.79 i", "social-preview"),
    ("facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)", "social-preview"),
    (f"{MAC} Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0", "social-preview"),
    ("Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", "social-preview"),
    ("Twitterbot/1.0", "social-preview"),
    ("LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)", "social-preview"),
    ("TelegramBot (like TwitterBot)", "social-preview"),
    ("Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)", "social-preview"),
    ("Pinterest/0.2 (+https://www.pinterest.com/bot.html)", "social-preview"),
    ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "search-engine"),
    (
        f"{ANDROID} Chrome/125.0 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "search-engine",
    ),
    ("Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)", "search-engine"),
    (f"Mozilla/5.0 {BLINK}; compatible; GPTBot/1.2; +https://openai.com/gptbot", "ai-crawler"),
    ("Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)", "seo"),
    ("Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)", "monitoring"),
    (f"Mozilla/5.0 (X11; Linux x86_64) {BLINK} HeadlessChrome/125.0.0.0 Safari/537.36", "browser-automation"),
    ("curl/8.5.0", "http-library"),
    ("Wget/1.21.4", "http-library"),
    ("python-requests/2.32.3", "http-library"),
    ("python-httpx/0.27", "http-library"),
    ("Go-http-client/2.0", "http-library"),
    ("okhttp/4.12.0", "http-library"),
    ("axios/1.7.2", "http-library"),
    ("PostmanRuntime/7.39.0", "http-library"),
    ("wrk/4.2", "http-library"),
    ("", NO_AGENT),
    ("  ", NO_AGENT),
]


@pytest.fixture(scope="module")
def agents() -> Agents:
    """One reader for the tables: its patterns take a while to compile."""
    return Agents()


@pytest.mark.parametrize(("text", "device", "system", "browser"), BROWSERS)
def test_a_browser_is_a_person_on_a_device(agents: Agents, text: str, device: str, system: str, browser: str) -> None:
    """Phones, tablets and computers are told apart, with their system and browser."""
    agent = agents.read(text.encode())
    assert (agent.device, agent.os, agent.browser, agent.bot) == (device, system, browser, "")


@pytest.mark.parametrize(("text", "browser"), IN_APP)
def test_an_in_app_browser_is_a_person(agents: Agents, text: str, browser: str | None) -> None:
    """Who opens a link inside an app is a person on a phone, also where the app's name is a link preview's too."""
    agent = agents.read(text.encode())
    assert (agent.device, agent.os, agent.bot) == ("mobile", "iOS" if IPHONE in text else "Android", "")
    assert browser is None or agent.browser == browser


@pytest.mark.parametrize(("text", "reason"), BOTS)
def test_a_program_is_a_bot_with_a_reason(agents: Agents, text: str, reason: str) -> None:
    """Crawlers, link previews, libraries, driven browsers, and nobody at all."""
    assert agents.read(text.encode()).bot == reason


@pytest.mark.parametrize(
    "text",
    [
        "Jane Roe of 12 Nowhere Lane bot/1.0",
        "serial4711bot/2.0",
        "serial4711 spider",
        "JanesOwnApp/3.1 CFNetwork/1496.0.7 Darwin/23.5.0",
        "HbbTV/1.1.1 (;;JanesTelevision;x;2012;)",
        f"{ANDROID} serial4711scraper/1.0 Chrome/125.0 Mobile Safari/537.36",
    ],
)
def test_words_of_a_user_agent_do_not_become_names(agents: Agents, text: str) -> None:
    """A name that is not in the patterns themselves is not kept, whatever pattern found it."""
    agent = agents.read(text.encode())
    for word in ("jane", "serial", "4711", "nowhere"):
        assert word not in f"{agent.os} {agent.browser} {agent.bot}".lower()


def test_every_device_can_be_journaled(agents: Agents) -> None:
    """The journal has a number for each."""
    assert {agents.read(text.encode()).device for text, *_ in [*BROWSERS, ("x",)]} == set(DEVICES)


def test_only_the_beginning_counts(agents: Agents) -> None:
    """A header of any length is cut before it is looked at."""
    assert agents.read(b"x" * 600 + b" Googlebot/2.1").bot == ""
    assert agents.read(b"\xff\x00\xfe" * 10_000).bot == ""


def test_the_answers_kept_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest goes first, and answers are the same with and without."""
    monkeypatch.setattr(agents_module, "KEPT_MAX", 3)
    agents = Agents()
    for number in [*range(10), *range(10)]:
        assert agents.read(b"curl/%d" % number).bot == "http-library"
        assert len(agents._kept) <= 3
    assert list(agents._kept) == [b"curl/7", b"curl/8", b"curl/9"]
