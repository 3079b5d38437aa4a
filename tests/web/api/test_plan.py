"""The plan, its usage, and what a key's windows do to requests."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from repoint import bootstrap
from repoint.kit.clock import SteadyClock
from repoint.kit.db import Tx
from repoint.kit.failures import Failures
from repoint.plans import catalogue, subscriptions
from repoint.plans.catalogue import Catalogue
from repoint.plans.plan import Ability, Feature, Plan, Window
from repoint.web.api import codes
from tests.web.api.asking import DESTINATION, refusal
from tests.web.api.conftest import Api

RATE_HEADERS = {"x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "ratelimit", "ratelimit-policy"}
WRONG = {"authorization": "Bearer rp_" + "1" * 34}


class OnPlan:
    """The API's organisation on a plan of the test's own."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def __call__(self, *, ends_at: datetime | None = None, **fields: Any) -> dict[str, str]:
        """Give the organisation the plan, and make a key; gives the key's header."""
        plan = Plan("tight", "Tight", "tight", **fields)
        catalogue._present = Catalogue({**catalogue.SHIPPED, plan.name: plan})
        self._api.services.db.write_now(self._subscribe, plan, ends_at)
        return {"authorization": f"Bearer {self._api.key()[1]}"}

    def _subscribe(self, tx: Tx, plan: Plan, ends_at: datetime | None) -> None:
        self._api.services.limits._entitled.clear()
        org = bootstrap.found_installation(tx).id
        subscriptions.subscribe(tx, org, plan, ends_at=ends_at, who="cli")

    def undo(self) -> None:
        """Back to the plan that limits nothing."""
        catalogue._present = Catalogue(catalogue.SHIPPED)
        self._api.services.db.write_now(self._subscribe, catalogue.SELFHOSTED, None)


@pytest.fixture
def on_plan(api: Api) -> Iterator[OnPlan]:
    """Puts the API's organisation on a plan, until the test ends."""
    given = OnPlan(api)
    yield given
    given.undo()


def test_the_plan_of_who_is_not_limited(api: Api) -> None:
    """Every limit and window is there, as null; every feature is."""
    plan = api.client.get("/plan", headers={"authorization": f"Bearer {api.key()[1]}"}).json()
    assert (plan["name"], plan["subscription"]) == (
        "selfhosted",
        {"state": "active", "ends_at": None, "grace_until": None},
    )
    assert plan["limits"] == dict.fromkeys(Feature)
    assert plan["windows"] == dict.fromkeys(Window)
    assert plan["features"] == dict.fromkeys(Ability, True)


def test_a_plan_with_an_end(api: Api, on_plan: OnPlan) -> None:
    """Limits, windows and features stand there with the end of the subscription and of its grace time."""
    key = on_plan(
        ends_at=datetime(2100, 1, 1, tzinfo=UTC),
        limits={Feature.ACTIVE_CODES: 7},
        windows={Window.DAY: 1_000},
        lacks=frozenset({Ability.WEBHOOKS}),
        retention_days=30,
    )
    plan = api.client.get("/plan", headers=key).json()
    assert plan["limits"]["active_codes"] == 7
    assert plan["windows"] == {"second": None, "minute": None, "day": 1_000, "month": None}
    assert (plan["features"]["webhooks"], plan["features"]["api"]) == (False, True)
    assert plan["analytics_retention_days"] == 30
    assert plan["subscription"] == {
        "state": "active",
        "ends_at": "2100-01-01T00:00:00Z",
        "grace_until": "2100-04-01T00:00:00Z",
    }


def test_what_is_used(api: Api, on_plan: OnPlan) -> None:
    """Each limit says how much of it is used, and when it begins anew; and where the key stands in its windows."""
    key = on_plan(limits={Feature.MEMBERS: 40, Feature.CODES_PER_MONTH: 10}, windows={Window.DAY: 1_000})
    usage = api.client.get("/usage", headers=key).json()
    limits = {use.pop("feature"): use for use in usage["limits"]}
    assert set(limits) == set(Feature) - {Feature.BULK_SIZE}
    used = limits["members"].pop("used")  # other tests take in members too
    assert used >= 1
    assert limits["members"] == {"limit": 40, "share": used / 40, "period": "now", "resets_at": None}
    assert limits["codes_per_month"]["resets_at"] == usage["period_ends_at"]
    assert (limits["codes_per_month"]["period"], limits["scans_per_month"]["limit"]) == ("month", None)
    assert usage["period"] == f"{datetime.now(UTC):%Y-%m}"
    (window,) = usage["requests"]["windows"]
    assert (window["window"], window["limit"], window["remaining"]) == ("day", 1_000, 999)


def test_every_answer_says_how_many_more_may_come(api: Api, on_plan: OnPlan, monkeypatch: pytest.MonkeyPatch) -> None:
    """The headers stand on answers of every kind: good, refused, unknown, malformed, broken."""

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a bug")

    key = on_plan(windows={Window.DAY: 500, Window.MONTH: 1_000})
    client = api.client
    left = 1_000
    none: dict[str, Any] = {}
    malformed: dict[str, Any] = {"content": b"{", "headers": {**key, "content-type": "application/json"}}
    large: dict[str, Any] = {"content": b"x" * 3_000_000}
    for answer_status, method, path, sent in (
        (200, "GET", "/plan", none),
        (404, "GET", "/nope", none),
        (404, "GET", "/qr-codes/x", none),
        (405, "PROPFIND", "/plan", none),
        (422, "GET", "/qr-codes?limit=0", none),
        (400, "POST", "/qr-codes", malformed),
        (413, "POST", "/qr-codes", large),
        (500, "GET", "/qr-codes", none),
    ):
        if answer_status == 500:
            monkeypatch.setattr(codes, "list_codes", fail)
        answer = client.request(method, path, **{"headers": key, **sent})
        left -= 1
        assert answer.status_code == answer_status
        assert set(answer.headers) >= RATE_HEADERS, answer_status
        # Of 500 a day a larger share is used than of 1,000 a month.
        assert answer.headers["x-ratelimit-limit"] == "500"
        assert answer.headers["x-ratelimit-remaining"] == str(left - 500)
        assert 0 < int(answer.headers["x-ratelimit-reset"]) - time.time() <= 86_401
        assert answer.headers["ratelimit-policy"].startswith('"day";q=500;w=86400, "month";q=1000;w=2')
        assert answer.headers["ratelimit"].startswith(f'"day";r={left - 500};t=')
        assert f'"month";r={left};t=' in answer.headers["ratelimit"]


def test_without_windows_nothing_is_said(api: Api) -> None:
    """A plan that does not limit requests sends no numbers; so do answers to nobody."""
    for headers in ({"authorization": f"Bearer {api.key()[1]}"}, {}, WRONG):
        assert not RATE_HEADERS & set(api.client.get("/plan", headers=headers).headers)


def test_past_a_window(api: Api, on_plan: OnPlan) -> None:
    """The request that does not fit is a 429 with whole seconds to wait; another key is free."""
    key = on_plan(windows={Window.DAY: 2})
    for _ in range(2):
        assert api.client.get("/plan", headers=key).status_code == 200
    for path in ("/plan", "/nope"):
        answer = api.client.get(path, headers=key)
        assert refusal(answer, 429, "too_many_requests")["detail"] == "Too many requests in one day."
        midnight = (datetime.now(UTC) + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        assert answer.headers["x-ratelimit-remaining"] == "0"
        assert answer.headers["x-ratelimit-reset"] == str(int(midnight.timestamp()))
        assert abs(int(answer.headers["retry-after"]) - (midnight - datetime.now(UTC)).total_seconds()) < 2
    other = {"authorization": f"Bearer {api.key()[1]}"}
    assert api.client.get("/plan", headers=other).status_code == 200


def test_who_waits_as_told_is_let_through(api: Api, on_plan: OnPlan) -> None:
    """After the seconds of Retry-After a request passes."""
    key = on_plan(windows={Window.SECOND: 1})
    assert api.client.get("/plan", headers=key).status_code == 200
    refused = api.client.get("/plan", headers=key)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
    time.sleep(1)
    assert api.client.get("/plan", headers=key).status_code == 200


def test_a_plan_without_an_api(api: Api, on_plan: OnPlan) -> None:
    """Keys of such a plan are refused on every route; the description stays for everybody."""
    key = on_plan(lacks=frozenset({Ability.API}))
    refusal(api.client.get("/plan", headers=key), 403, "not_in_plan")
    refusal(api.client.get("/qr-codes", headers=key), 403, "not_in_plan")
    assert api.client.get("/openapi.json", headers=key).status_code == 200


def test_a_plan_that_ended(api: Api, on_plan: OnPlan) -> None:
    """Changes are refused as `plan_expired`, reading is not."""
    key = on_plan(ends_at=datetime.now(UTC) - timedelta(days=91))
    body = {"destination": DESTINATION}
    refusal(api.client.post("/qr-codes", json=body, headers=key), 402, "plan_expired")
    refusal(api.client.post("/designs", json={"name": "x", "design": {}}, headers=key), 402, "plan_expired")
    mine = f"/keys/{api.client.get('/me', headers=key).json()['key']['id']}"
    member = f"/members/{api.client.get('/members', headers=key).json()['data'][0]['id']}"
    for method, path, sent in (
        ("PATCH", "/organisation", {"name": "x"}),
        ("PATCH", member, {"role": "viewer"}),
        ("POST", "/invitations", {"email": "x@example.com", "role": "viewer"}),
        ("POST", "/keys", {"label": "x", "scope": "read"}),
        ("PATCH", mine, {"label": "x"}),
        ("POST", f"{mine}/rotate", {}),
    ):
        refusal(api.client.request(method, path, json=sent, headers=key), 402, "plan_expired")
    assert api.client.get("/qr-codes", headers=key).status_code == 200
    assert api.client.get("/plan", headers=key).json()["subscription"]["state"] == "expired"
    assert api.client.delete(mine, headers=key).status_code == 204


def test_domains_and_days_of_the_plan(api: Api, on_plan: OnPlan) -> None:
    """A domain too many is a 402; a range before the days that are shown a 422, and a plan without analytics a 403."""
    key = on_plan(limits={Feature.DOMAINS: 0}, retention_days=7)
    refusal(api.client.post("/domains", json={"host": "go.acme.example"}, headers=key), 402, "limit_reached")
    code = api.client.post("/qr-codes", json={"destination": DESTINATION}, headers=key).json()
    path = f"/qr-codes/{code['id']}/analytics"
    first = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=6)
    assert api.client.get(path, params={"from": "2020-01-01"}, headers=key).json()["range"]["from"] in {
        f"{first + timedelta(days=day):%Y-%m-%dT00:00:00Z}"
        for day in (0, 1)  # midnight may have come meanwhile
    }
    refused = api.client.get(path, params={"from": "2020-01-01", "to": "2020-02-01"}, headers=key)
    assert "the first day that the plan shows" in refusal(refused, 422, "invalid")["errors"][0]["message"]
    refusal(api.client.get(path, headers=on_plan(retention_days=0)), 403, "not_in_plan")


def test_wrong_keys_from_one_address(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """Past so many a minute they are told to wait; the right key from the same address never is."""
    clock = SteadyClock()
    right = {"authorization": f"Bearer {api.key()[1]}"}
    middleware = _admissions(api)
    monkeypatch.setattr(middleware, "_services", replace(api.services, failures=Failures(3, clock=clock)))
    answers = [api.client.get("/plan", headers=WRONG) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [401, 401, 401, 429, 429]
    assert "wrong keys from your address" in refusal(answers[-1], 429, "too_many_requests")["detail"]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 20
    assert api.client.get("/plan", headers=right).status_code == 200
    assert api.client.get("/plan").status_code == 401


def test_the_client_behind_proxies() -> None:
    """What counts as one client: an IPv4 address, the /64 of an IPv6 one, behind trusted proxies alone."""
    from ipaddress import ip_network

    from repoint.kit.proxies import Proxies
    from repoint.web.limits import client_of

    def client(peer: str, forwarded: str = "", *, trusted: bool = False) -> str:
        proxies = Proxies((ip_network("10.0.0.0/8"),) if trusted else ())
        headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
        return client_of(proxies, {"type": "http", "client": (peer, 1), "headers": headers})

    assert client("192.0.2.1", "198.51.100.7") == "192.0.2.1"
    assert client("10.0.0.1", "198.51.100.7", trusted=True) == "198.51.100.7"
    assert client("2001:db8:1:2:3::4") == client("2001:db8:1:2:ffff::1") == "2001:db8:1:2::/64"
    assert client("::ffff:192.0.2.1") == "192.0.2.1"
    assert client_of(Proxies(()), {"type": "http", "client": None, "headers": []}) == ""


def _admissions(api: Api) -> Any:
    application = api.client._transport._application.app  # type: ignore[attr-defined]
    layer = application.middleware_stack
    while type(layer).__name__ != "Admissions":
        layer = layer.app if hasattr(layer, "app") else layer._app
    return layer
