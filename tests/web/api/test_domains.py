"""Short domains over HTTP, up to the redirect on one."""

from collections.abc import Iterator

import httpx
import pytest

from tests.kit.dns_server import DnsServer, dns_server
from tests.web.api.asking import CODES, DESTINATION, blamed, refusal
from tests.web.conftest import Served, serving

DOMAINS = "/api/v1/domains"


@pytest.fixture(scope="module")
def dns() -> Iterator[DnsServer]:
    """A DNS server."""
    with dns_server() as running:
        yield running


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, dns: DnsServer) -> Iterator[Served]:
    """A server that asks it."""
    folder = tmp_path_factory.mktemp("domains") / "data"
    with serving(folder, REPOINT_DNS_SERVER=dns.address, REPOINT_SHORT_DOMAINS="go.example") as server:
        yield server


@pytest.fixture
def asking(served: Served) -> Iterator[httpx.Client]:
    """The first key's client."""
    with served.client() as client:
        yield client


def _proven(asking: httpx.Client, dns: DnsServer, host: str) -> dict[str, object]:
    made = asking.post(DOMAINS, json={"host": host}).json()
    dns.records[made["record"]["name"]] = ["something else", made["record"]["value"]]
    checked = asking.post(f"{DOMAINS}/{made['id']}/check").json()
    assert checked["status"] == "verified", checked
    return dict(checked)


def test_from_adding_to_the_redirect(asking: httpx.Client, dns: DnsServer) -> None:
    """A domain is added, proven and serves at once; its codes redirect on it alone; once they are gone it can go."""
    host = "go.acme.example"
    made = asking.post(DOMAINS, json={"host": host})
    assert made.status_code == 201
    assert made.headers["location"] == f"{DOMAINS}/{made.json()['id']}"
    domain = asking.get(made.headers["location"])
    assert domain.json() == made.json()
    assert domain.headers["etag"].startswith('"v1-')
    assert blamed(asking.post(CODES, json={"destination": DESTINATION, "domain": host})).keys() == {"domain"}

    path = f"{DOMAINS}/{made.json()['id']}"
    pending = asking.post(f"{path}/check").json()
    assert (pending["status"], "no TXT record" in pending["problem"]) == ("pending", True)
    dns.records[f"_repoint.{host}"] = [made.json()["record"]["value"]]
    assert asking.post(f"{path}/check").json()["status"] == "verified"

    code = asking.post(CODES, json={"destination": DESTINATION, "domain": host}).json()
    assert code["short_url"] == f"https://{host}/{code['slug']}"
    answer = asking.get(f"/{code['slug']}", headers={"host": f"{host}:8443"})
    assert (answer.status_code, answer.headers["location"]) == (302, DESTINATION)
    assert asking.get(f"/r/{code['slug']}").status_code == 404

    assert refusal(asking.delete(path), 409, "domain_in_use")
    assert asking.delete(f"{CODES}/{code['id']}?permanent=true").status_code == 204
    assert refusal(asking.delete(path, headers={"if-match": '"v1"'}), 412, "precondition_failed")
    assert asking.delete(path).status_code == 204
    assert "text/html" not in asking.get(f"/{code['slug']}", headers={"host": host}).headers.get("content-type", "")
    assert refusal(asking.get(path), 404, "not_found")


def test_the_default(asking: httpx.Client, dns: DnsServer) -> None:
    """Codes that name no domain are made on the default."""
    domain = _proven(asking, dns, "default.example")
    changed = asking.patch(f"{DOMAINS}/{domain['id']}", json={"default": True}, headers={"if-match": '"v2"'})
    assert (changed.status_code, changed.json()["default"]) == (200, True)
    assert changed.headers["etag"].startswith('"v3-')
    code = asking.post(CODES, json={"destination": DESTINATION}).json()
    assert code["domain"] == "default.example"
    assert not asking.patch(f"{DOMAINS}/{domain['id']}", json={"default": False}).json()["default"]
    assert asking.post(CODES, json={"destination": DESTINATION}).json()["domain"] is None


def test_another_organisation(asking: httpx.Client, dns: DnsServer, served: Served) -> None:
    """Another organisation sees nothing of a domain, cannot make codes there, and learns only that it is taken."""
    domain = _proven(asking, dns, "first.example")
    org = served.command("org", "create", "Other", "--quiet")
    token = served.command("keys", "create", "--label", "x", "--scope", "admin", "--org", org, "--quiet")
    with served.client(token) as other:
        assert other.get(DOMAINS).json() == {"data": [], "next_cursor": None, "shared": ["go.example"]}
        path = f"{DOMAINS}/{domain['id']}"
        for answer in (
            other.get(path),
            other.post(f"{path}/check"),
            other.patch(path, json={"default": True}),
            other.delete(path),
        ):
            assert refusal(answer, 404, "not_found")
        assert "first.example" not in blamed(
            other.post(CODES, json={"destination": DESTINATION, "domain": "x.example"})
        )
        theirs = other.post(DOMAINS, json={"host": "first.example"}).json()
        dns.records["_repoint.first.example"].append(theirs["record"]["value"])
        taken = refusal(other.post(f"{DOMAINS}/{theirs['id']}/check"), 409, "domain_taken")
        assert "organisation" not in taken["detail"]


@pytest.mark.parametrize(
    "body", [{}, {"host": 7}, {"host": ""}, {"host": "a", "hots": "b"}, {"host": "http://a.example"}]
)
def test_what_is_no_domain(asking: httpx.Client, body: dict[str, object]) -> None:
    """Each field that is wrong is named."""
    assert set(blamed(asking.post(DOMAINS, json=body))) <= {"host", "hots"}


def test_the_command_line_beside_the_server(
    asking: httpx.Client, dns: DnsServer, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the operator adds and verifies serves at once, and what is removed serves no longer."""
    told = served.command("domain", "add", "cli.example")
    dns.records["_repoint.cli.example"] = [told.rsplit(maxsplit=1)[-1]]
    monkeypatch.setenv("REPOINT_DNS_SERVER", dns.address)
    assert served.command("domain", "verify", "cli.example") == "cli.example is verified."
    code = asking.post(CODES, json={"destination": DESTINATION, "domain": "cli.example"}).json()
    assert asking.get(f"/{code['slug']}", headers={"host": "cli.example"}).status_code == 302
    assert "cli.example" in served.command("domain", "list")
    asking.delete(f"{CODES}/{code['id']}?permanent=true")
    assert served.command("domain", "remove", "cli.example") == "cli.example is removed."
    assert blamed(asking.post(CODES, json={"destination": DESTINATION, "domain": "cli.example"}))
