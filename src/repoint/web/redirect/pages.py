"""The small pages that a phone sees instead of a destination."""

from html import escape

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex"><title>{title}</title>
<style>body{{margin:0;min-height:100vh;display:grid;place-items:center;background:#f8fafc;color:#0f172a;\
font:1.125rem/1.5 system-ui,sans-serif}}main{{max-width:26rem;padding:2rem}}h1{{font-size:1.5rem;margin:0 0 .5rem}}\
p{{margin:0;color:#475569}}@media(prefers-color-scheme:dark){{body{{background:#0f172a;color:#f8fafc}}p{{color:#94a3b8}}}}\
</style></head><body><main><h1>{title}</h1><p>{text}</p></main></body></html>
"""


def _page(title: str, text: str) -> bytes:
    return _PAGE.format(title=escape(title), text=escape(text)).encode()


UNKNOWN = _page("This code leads nowhere", "There is no such short link here. If you typed it, check every character.")
PAUSED = _page("This code is paused", "Its owner has stopped it for now. Please try again later.")
GONE = _page("This code has ended", "Its owner has deleted it. It will not come back.")
UNAVAILABLE = _page("Please try again", "The short link could not be looked up just now. Try once more in a moment.")
BAD_METHOD = _page("Nothing to see here", "A short link can only be followed.")
