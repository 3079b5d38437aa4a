"""Which key and which member may do what: every operation with every scope and every role."""

from typing import Any
from uuid import UUID

import pytest

from repoint.accounts import members, organisations, sessions, users
from repoint.accounts.actor import SCOPE_OF, Role, Scope
from repoint.kit.db import Tx
from repoint.web.api import access
from repoint.web.cookie import PLAIN_NAME
from tests.web.api.asking import refusal
from tests.web.api.conftest import Api
from tests.web.api.operations import Operation, operations
from tests.web.api.test_sign_in import HASH

IDS = {
    "code_id": "qr_01JZ8Q4XK7T9V2M5N6P8R0S3W1",
    "logo_id": "logo_01JZ8Q4XK7T9V2M5N6P8R0S3W1",
    "design_id": "design_01JZ8Q4XK7T9V2M5N6P8R0S3W1",
    "folder_id": "folder_01JZ8Q4XK7T9V2M5N6P8R0S3W1",
    "tag_id": "tag_01JZ8Q4XK7T9V2M5N6P8R0S3W1",
    "member_id": "user_01JZ8Q4XK7T9V2M5N6P8R0S3W1",
    "invitation_id": "invitation_01JZ8Q4XK7T9V2M5N6P8R0S3W1",
    "key_id": "key_01JZ8Q4XK7T9V2M5N6P8R0S3W1",
    "domain_id": "domain_01JZ8Q4XK7T9V2M5N6P8R0S3W1",
    "job_id": "job_01JZ8Q4XK7T9V2M5N6P8R0S3W1",
}
ANY_ID = "any_01JZ8Q4XK7T9V2M5N6P8R0S3W1"


@pytest.fixture(scope="session")
def listed(described: dict[str, Any]) -> list[Operation]:
    """Every operation of the API in this process."""
    return operations(described)


def test_every_operation_is_placed(listed: list[Operation]) -> None:
    """Somebody has decided who may ask each operation, and nothing is decided for what does not exist."""
    there = {each.name for each in listed}
    placed = set(access.NEEDS) | access.OPEN
    assert not there - placed, (
        "Nobody has said who may ask these: put each (the name of its route's function) into READ, OWN, WRITE, "
        "ADMIN or OPEN of web/api/access.py."
    )
    assert not placed - there, "These stand in web/api/access.py, and there is no such operation."
    assert len(access.READ + access.OWN + access.WRITE + access.ADMIN) + len(access.OPEN) == len(placed), "placed twice"
    assert set(access.NEEDS) >= access.SIGNED


def test_what_changes_something_needs_more_than_reading(listed: list[Operation]) -> None:
    """A key that may only read changes nothing: what it may ask are GETs, and POSTs that make nothing."""
    asking = {"render_picture", "check_picture", "resolve_qr_code"}
    for each in listed:
        if each.name in access.READ:
            assert each.method == "GET" or each.name in asking, each.name


@pytest.mark.parametrize("scope", [None, *Scope], ids=lambda scope: scope.word if scope else "no key")
def test_the_matrix(api: Api, listed: list[Operation], scope: Scope | None) -> None:
    """Each operation with each scope: who has less than it needs is refused, and who has enough is not."""
    headers = {"authorization": f"Bearer {api.key(scope)[1]}"} if scope else {}
    for each in listed:
        ids = {place: IDS.get(place, ANY_ID) for place in each.places}
        answer = each.ask(api.client, ids, headers=headers)
        if each.name in access.OPEN:
            assert answer.status_code != 403, each.name
        elif scope is None:
            refusal(answer, 401, "missing_key")
        elif scope < _needed(each.name):
            needed = _needed(each.name).word
            assert f"scope {needed!r}" in refusal(answer, 403, "forbidden")["detail"], each.name
        elif each.name in access.SIGNED:
            assert "a signed-in user" in refusal(answer, 403, "forbidden")["detail"], each.name
        else:
            assert answer.status_code not in (401, 403), (each.name, answer.text)
            assert answer.status_code < 500, (each.name, answer.text)


@pytest.mark.parametrize("role", Role)
def test_the_matrix_of_roles(api: Api, listed: list[Operation], role: Role) -> None:
    """Each operation with each role, in a session of its own: what the role's scope may, and what a key may not."""

    def enrol(tx: Tx) -> tuple[UUID, UUID]:
        org = organisations.found(tx, "Acme")
        user = users.enrol(tx, email=f"{org.public_id}@example.com", name="Ada", password_hash=HASH)
        members.add_member(tx, organisations.operator_of(org), user.id, role=role)
        return user.id, org.id

    user, org = api.services.db.write_now(enrol)
    for each in listed:
        token = api.services.db.write_now(sessions.begin, user, org=org)
        headers = {"cookie": f"{PLAIN_NAME}={token}", "sec-fetch-site": "same-origin"}
        answer = each.ask(api.client, {place: IDS.get(place, ANY_ID) for place in each.places}, headers=headers)
        if each.name in access.OPEN:
            assert answer.status_code != 403, each.name
        elif SCOPE_OF[role] < _needed(each.name):
            assert "the role" in refusal(answer, 403, "forbidden")["detail"], each.name
        else:
            assert answer.status_code not in (401, 403), (each.name, answer.text)
            assert answer.status_code < 500, (each.name, answer.text)


def _needed(operation: str) -> Scope:
    """What it takes with the ids that are used here; everybody may leave, but these are of others."""
    return Scope.ADMIN if operation == "remove_one_member" else access.NEEDS[operation]


def test_what_nobody_placed_needs_admin() -> None:
    """An operation that was forgotten is closed, not open."""
    assert access.needed_by("forgotten") is Scope.ADMIN
