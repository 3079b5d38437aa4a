"""The operations of the native API, as its description has them, and how each is asked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from repoint.web.api.examples import FORM, JSON, METHODS

DOT = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'


@dataclass(frozen=True)
class Operation:
    """One of them; `described` is its part of the description."""

    name: str
    method: str
    path: str
    described: Mapping[str, Any]

    @property
    def places(self) -> list[str]:
        """The parameters in its path."""
        return re.findall(r"\{(\w+)\}", self.path)

    def parameters(self, where: str) -> set[str]:
        """The names of its parameters in `query` or `header`."""
        return {each["name"] for each in self.described.get("parameters", ()) if each["in"] == where}

    def example(self) -> dict[str, Any] | None:
        """The example of its JSON body."""
        content = self.described.get("requestBody", {}).get("content", {})
        found: dict[str, Any] | None = content.get(JSON, {}).get("example")
        return found

    def ask(
        self, client: httpx.Client, ids: Mapping[str, str], *, body: dict[str, Any] | None = None, **options: Any
    ) -> httpx.Response:
        """Ask it, with ids for the places in its path and the example as its body where none is given."""
        content = self.described.get("requestBody", {}).get("content", {})
        if FORM in content:
            options["files"] = {"file": ("dot.svg", DOT)}
        elif JSON in content:
            options["json"] = self.example() if body is None else body
        path = self.path.format(**{place: ids[place] for place in self.places})
        return client.request(self.method, path, **options)


def operations(document: Mapping[str, Any]) -> list[Operation]:
    """All of them."""
    return [
        Operation(described["operationId"], method.upper(), path, described)
        for path, methods in document["paths"].items()
        for method, described in methods.items()
        if method in METHODS
    ]
