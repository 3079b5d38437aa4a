"""What every refusal of the native API has."""

from typing import Any

import httpx

CODES = "/api/v1/qr-codes"
DESTINATION = "https://example.com/spring"
KEYS = {"type", "title", "status", "code", "detail"}
# Words of the tools behind the API; whoever reads a message knows nothing of them.
JARGON = ("Input ", "String ", "pattern", "dictionary", "tag '", "()", "pydantic", "None", "validation", "Traceback")


def refusal(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """A problem document (RFC 9457), once it has what every one of them has."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert KEYS <= set(body) <= KEYS | {"errors"}
    assert (body["type"], body["status"], body["code"]) == ("about:blank", status, code)
    assert body["title"]
    assert body["detail"]
    assert not any(word in answer.text for word in JARGON), answer.text
    return body


def blamed(answer: httpx.Response) -> dict[str, str]:
    """The fields that an answer of 422 blames, with what it says of each."""
    body = refusal(answer, 422, "invalid")
    assert body["detail"] == "; ".join(f"{error['field']}: {error['message']}" for error in body["errors"])
    return {error["field"]: error["message"] for error in body["errors"]}


def post_raw(client: httpx.Client, content: bytes, content_type: str = "application/json") -> httpx.Response:
    """Ask for a code with a body as it is."""
    return client.post(CODES, content=content, headers={"content-type": content_type})
