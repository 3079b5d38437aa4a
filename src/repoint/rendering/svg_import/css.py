"""Style sheets of uploaded SVG: simple selectors and plain declarations."""

import re
from collections.abc import Iterable, Mapping

from repoint.rendering.errors import BadLogo
from repoint.rendering.svg_import.document import leaves_file

RULES_MAX = 500
SHEET_CHARACTERS_MAX = 100_000

# The presentation attributes that change a picture made of filled and stroked paths (SVG 2 section 6.6).
PROPERTIES = frozenset(
    (
        *("fill", "fill-rule", "fill-opacity", "opacity", "color", "display", "visibility", "clip-path", "clip-rule"),
        *("stroke", "stroke-width", "stroke-opacity", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit"),
        *("stroke-dasharray", "stop-color", "stop-opacity", "transform"),
    )
)

# What changes the picture in ways that filled paths cannot say, and the value that changes nothing.
_EFFECTS = {"filter": "none", "mask": "none", "mix-blend-mode": "normal", "marker": "none", "marker-start": "none"}
_EFFECTS |= {"marker-mid": "none", "marker-end": "none", "vector-effect": "none"}

_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)  # one that is never closed ends with the sheet
_SELECTOR = re.compile(r"(?:\*|[A-Za-z]+|[A-Za-z]*[.#][\w-]+)")

Declarations = dict[str, str]


class Sheet:
    """All rules of a document, by selector: `name`, `.class`, `#id`, `name.class` or `*`."""

    def __init__(self, texts: Iterable[str]) -> None:
        """Read style sheets; BadLogo names what cannot be read or would leave the document."""
        self._rules: dict[str, Declarations] = {}
        for text in texts:
            if len(text) > SHEET_CHARACTERS_MAX:
                raise BadLogo(f"holds a style sheet of more than {SHEET_CHARACTERS_MAX:,} characters")
            self._read(_COMMENT.sub(" ", text).replace("<!--", " ").replace("-->", " "))

    def style_of(self, name: str, attributes: Mapping[str, str]) -> Declarations:
        """Return what an element is told: its attributes, then rules by their weight, then its own style (CSS 2.1)."""
        found = {key: value.strip() for key, value in attributes.items() if key in PROPERTIES | _EFFECTS.keys()}
        if self._rules:
            classes = attributes.get("class", "").split()[:20]
            weighed = ("*", name, *(f".{each}" for each in classes), *(f"{name}.{each}" for each in classes))
            identity = attributes.get("id", "")
            for selector in (*weighed, f"#{identity}", f"{name}#{identity}"):
                found |= self._rules.get(selector, {})
        if "style" in attributes:
            found |= declarations(attributes["style"])
        for effect in _EFFECTS.keys() & found.keys():
            if found.pop(effect) != _EFFECTS[effect]:
                raise BadLogo(f"uses {effect!r} on <{name}>; flatten effects into paths, or upload a PNG")
        return found

    def _read(self, text: str) -> None:
        *rules, rest = text.split("}")
        if len(rules) > RULES_MAX:
            raise BadLogo(f"holds more than {RULES_MAX} style rules")
        for rule in rules:
            selectors, brace, body = rule.partition("{")
            names = [selector.strip() for selector in selectors.split(",")]
            _refuse_unreadable(names)
            if not brace or "{" in body:
                raise BadLogo("holds a style sheet with unbalanced braces")
            told = declarations(body)
            for name in names:
                self._rules.setdefault(name, {}).update(told)
        if rest.strip():
            _refuse_unreadable([rest.strip()])
            raise BadLogo("holds a style sheet with unbalanced braces")


def declarations(text: str) -> Declarations:
    """Return the declarations `name: value; ...` that draw something; an address outside the document is refused."""
    found: Declarations = {}
    for declaration in text.split(";"):
        name, _, value = declaration.partition(":")
        name, value = name.strip().lower(), value.replace("!important", "").strip()
        if leaves_file(value):
            raise BadLogo(f"holds an address in the style {name[:40]!r}; only #names inside the file are allowed")
        if name in PROPERTIES or name in _EFFECTS:
            found[name] = value
    return found


def _refuse_unreadable(selectors: list[str]) -> None:
    for selector in selectors:
        if selector.startswith("@"):
            at_rule = selector.split()[0][:40]
            raise BadLogo(f"holds the style rule {at_rule!r}; imports, fonts and conditions are not read")
        if not _SELECTOR.fullmatch(selector):
            raise BadLogo(f"holds the style selector {selector[:40]!r}; only names, .classes and #ids are read")
