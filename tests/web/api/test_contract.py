"""What holds for every operation of the native API, those that are yet to come too."""

import copy
from typing import Any

import jsonschema_rs
import pytest

from repoint.web.api import examples
from repoint.web.api.fingerprint import HEADER
from repoint.web.api.once import REPLAYED
from tests.web.api.operations import Operation, operations

# Changes of many things at once, each of whose versions can stand in the body.
OF_MANY = {"change_qr_codes", "delete_qr_codes"}
# POSTs that take no Idempotency-Key, and why that is right.
WITHOUT_KEY = {
    "sign_in": "no organisation yet, to which a kept answer could belong; a second session harms nobody",
    "accept_invitation": "no organisation yet; the invitation is accepted once in any case",
    "render_picture": "changes nothing",
    "check_picture": "changes nothing",
    "resolve_qr_code": "changes nothing",
}
METHODS_OF_CHANGES = {"PATCH", "DELETE", "PUT"}


@pytest.fixture
def listed(described: dict[str, Any]) -> list[Operation]:
    """Every operation."""
    return operations(described)


def test_every_post_takes_an_idempotency_key(listed: list[Operation]) -> None:
    """A POST that makes something can be sent twice."""
    without = {each.name for each in listed if each.method == "POST" and HEADER not in each.parameters("header")}
    assert without == set(WITHOUT_KEY), (
        "POSTs without an Idempotency-Key: write the route with `once: Once` and `return await once.write(change, "
        "answer)` (web/api/once.py); if it changes nothing, say so in WITHOUT_KEY here and in docs/api.md."
    )
    assert HEADER.lower() == "idempotency-key"
    assert REPLAYED == "idempotency-replayed"


def test_every_change_takes_if_match(listed: list[Operation]) -> None:
    """Whoever changes or removes something can say which version they have seen."""
    without = {
        each.name
        for each in listed
        if each.method in METHODS_OF_CHANGES and "if-match" not in {name.lower() for name in each.parameters("header")}
    }
    assert without == OF_MANY, (
        "Changes without If-Match: take `expected: IfMatch` (web/api/conditional.py), hand it to the use case, which "
        "calls kit.versions.require, and describe 412 with responses(412)."
    )
    for each in listed:
        if each.method in METHODS_OF_CHANGES:
            assert "412" in each.described["responses"], each.name


def test_every_thing_with_a_version_has_an_etag(listed: list[Operation], described: dict[str, Any]) -> None:
    """A GET whose answer has a `version` is conditional: If-None-Match, and 304."""
    for each in listed:
        schema = each.described["responses"].get("200", {}).get("content", {}).get(examples.JSON, {}).get("schema", {})
        shown = described["components"]["schemas"].get(schema.get("$ref", "").rpartition("/")[2], {})
        if each.method == "GET" and "version" in shown.get("properties", {}):
            assert "if-none-match" in each.parameters("header"), f"{each.name}: see unless_known (web/api/answers.py)"
            assert "304" in each.described["responses"], each.name


def test_every_text_has_an_example(described: dict[str, Any]) -> None:
    """Each request and answer is shown with words that somebody chose."""
    document = copy.deepcopy(described)
    for _, content, _ in examples.bodies(document):
        del content["example"]
    missing = examples.illustrate(document)
    assert not missing, "Give these fields Field(examples=[...]), or their name a word in web/api/examples.py."


def test_every_body_has_an_example_that_is_right(described: dict[str, Any], listed: list[Operation]) -> None:
    """Examples follow the schemas they stand beside."""
    illustrated = set()
    for name, content, is_request in examples.bodies(described):
        illustrated.add(name.rpartition(" ")[0])
        assert content["example"] not in ({}, []), name
        schema = {**content.get("schema", {}), "components": described["components"]}
        wrong = [str(error) for error in jsonschema_rs.Draft202012Validator(schema).iter_errors(content["example"])]
        assert not wrong, (name, is_request)
    for each in listed:
        answers = [answer for status, answer in each.described["responses"].items() if status < "300"]
        assert answers, each.name
        has_json = any(examples.JSON in answer.get("content", {}) for answer in answers)
        assert not has_json or f"{each.method} {each.path}" in illustrated


def test_every_place_in_a_path_has_an_example(listed: list[Operation]) -> None:
    """Whoever reads a path sees what stands in it."""
    for each in listed:
        for parameter in each.described.get("parameters", ()):
            if parameter["in"] == "path":
                assert parameter["schema"].get("examples") or parameter.get("examples"), (each.name, parameter["name"])
