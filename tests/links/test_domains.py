"""Short domains: added, proven by DNS, served, made the default, removed."""

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from repoint.accounts import audit, organisations
from repoint.accounts.actor import Actor, Scope
from repoint.codes.create import create_code
from repoint.codes.delete import delete_code, delete_for_good
from repoint.codes.draft import DynamicDraft
from repoint.kit.cursor import Cursors
from repoint.kit.db import Database, Tx, database
from repoint.kit.dns_txt import Found, Lookup, Missing, NoAnswer
from repoint.kit.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from repoint.kit.pages import Asked
from repoint.links import domains
from repoint.links.domains import Domain
from repoint.links.space import LinkSpace
from tests.conftest import Forgotten, MakeActor

HOST = "go.acme.example"
GOAL = "https://example.com/spring"
CURSORS = Cursors(b"secret")
WAIT_S = 10.0
MEANWHILE_S = 0.3


def _add(db: Database, actor: Actor, space: LinkSpace, host: str = HOST) -> Domain:
    return db.write_now(domains.add_domain, actor, host=host, space=space)


def _check(db: Database, actor: Actor, space: LinkSpace, domain: Domain, lookup: Lookup | None = None) -> Domain:
    said = lookup or Found(("other", domain.record[1]))
    return db.write_now(domains.settle_check, actor, domain.public_id, said, space=space)


def _verified(db: Database, actor: Actor, space: LinkSpace, host: str = HOST) -> Domain:
    return _check(db, actor, space, _add(db, actor, space, host))


def _default(db: Database, actor: Actor, space: LinkSpace, domain: Domain, *, on: bool = True) -> Domain:
    return db.write_now(domains.set_default, actor, domain.public_id, is_default=on, expected=None, space=space)


def _remove(db: Database, actor: Actor, space: LinkSpace, domain: Domain) -> None:
    db.write_now(domains.remove_domain, actor, domain.public_id, expected=None, space=space)


def test_a_domain_serves_once_it_is_proven(db: Database, actor: Actor, space: LinkSpace) -> None:
    """Before the record is there no link can be on it; with the right value among others it serves at once."""
    domain = _add(db, actor, space)
    assert (domain.record[0], domain.verified_at) == (f"_repoint.{HOST}", None)
    with pytest.raises(Invalid, match=r"not a short domain"):
        db.write_now(create_code, actor, DynamicDraft(GOAL, domain=HOST), space=space)
    assert HOST.encode() not in space.served.hosts
    verified = _check(db, actor, space, domain)
    assert (verified.problem, verified.version) == (None, 2)
    assert HOST.encode() in space.served.hosts
    code = db.write_now(create_code, actor, DynamicDraft(GOAL, domain=HOST.upper()), space=space)
    assert space.short_url(code.domain, code.slug or "") == f"https://{HOST}/{code.slug}"


@pytest.mark.parametrize(
    ("lookup", "problem"),
    [
        (Missing(), "There is no TXT record _repoint.go.acme.example yet"),
        (Found(("repoint-verification=else",)), "has another value; set repoint-verification="),
        (Found(()), "has another value"),
        (NoAnswer("DNS gave no answer within 5 s"), "DNS gave no answer within 5 s; try again."),
    ],
)
def test_what_is_wrong_is_said(db: Database, actor: Actor, space: LinkSpace, lookup: Lookup, problem: str) -> None:
    """A check that fails leaves a sentence, and a pending domain."""
    checked = _check(db, actor, space, _add(db, actor, space), lookup)
    assert checked.problem is not None
    assert problem in checked.problem
    assert (checked.verified_at, checked.version) == (None, 1)
    assert checked.checked_at is not None


def test_verified_is_verified(db: Database, actor: Actor, space: LinkSpace) -> None:
    """A record that vanishes later is a problem that is shown; what is printed goes on working."""
    domain = _verified(db, actor, space)
    later = _check(db, actor, space, domain, Missing())
    assert later.verified_at == domain.verified_at
    assert later.problem is not None
    assert HOST.encode() in space.served.hosts


def test_two_checks_at_once(db: Database, actor: Actor, space: LinkSpace) -> None:
    """A check that began before another one verified the domain finds it verified, and not taken."""
    seen = _add(db, actor, space)
    first = _check(db, actor, space, seen)
    assert db.write_now(domains.verify, actor, seen, space=space) == first


def test_a_domain_has_one_organisation(db: Database, make_actor: MakeActor, space: LinkSpace) -> None:
    """Two may begin with a host; the first that proves it has it, and the other is not told who."""
    acme, other = make_actor(name="Acme"), make_actor(name="Other")
    theirs = _add(db, other, space)
    _verified(db, acme, space)
    with pytest.raises(Conflict) as caught:
        _check(db, other, space, theirs)
    assert caught.value.code == "domain_taken"
    assert "Acme" not in str(caught.value)
    with pytest.raises(Invalid, match=r"not a short domain of this organisation \(go\.example\)"):
        db.write_now(create_code, other, DynamicDraft(GOAL, domain=HOST), space=space)


def test_organisations_do_not_see_each_other(db: Database, make_actor: MakeActor, space: LinkSpace) -> None:
    """A domain of another organisation is not there: not listed, shown, checked, changed or removed."""
    acme, other = make_actor(name="Acme"), make_actor(name="Other")
    domain = _verified(db, acme, space)
    page = db.read_now(domains.list_domains, other, Asked(None, 10, CURSORS))
    assert page.items == []
    for act in (_check, _default, _remove):
        with pytest.raises(NotFound):
            act(db, other, space, domain)
    with pytest.raises(NotFound):
        db.read_now(domains.get_domain, other, domain.public_id)
    assert db.read_now(domains.get_domain, acme, domain.public_id) == domain


def test_only_who_administers_changes(db: Database, actor: Actor, space: LinkSpace) -> None:
    """A key that may write sees domains and changes none."""
    domain = _add(db, actor, space)
    writer = Actor(actor.org, "key_w", Scope.WRITE)
    assert db.read_now(domains.get_domain, writer, domain.public_id) == domain
    for act in (_check, _default, _remove):
        with pytest.raises(Forbidden):
            act(db, writer, space, domain)
    with pytest.raises(Forbidden):
        _add(db, writer, space, "b.example")


@pytest.mark.parametrize(
    "host",
    [
        "",
        "localhost",
        "go",
        "http://go.acme.example",
        "go.acme.example/x",
        "go.acme.example:80",
        "192.0.2.1",
        "[::1]",
        "2130706433",
        "a..example",
        "-.-",
        "a" * 64 + ".example",
        ".".join(["a" * 60] * 4) + ".example",
        "\ud800.example",
    ],
)
def test_what_is_no_domain(db: Database, actor: Actor, space: LinkSpace, host: str) -> None:
    """Addresses, URLs, single names and what is too long are refused."""
    with pytest.raises(Invalid) as caught:
        _add(db, actor, space, host)
    assert caught.value.field == "host"


@pytest.mark.parametrize("host", ["qr.example", "go.example", "GO.Example."])
def test_domains_of_the_installation(db: Database, actor: Actor, space: LinkSpace, host: str) -> None:
    """What serves everybody cannot become one organisation's."""
    with pytest.raises(Invalid, match="belongs to this installation"):
        _add(db, actor, space, host)


def test_one_spelling(db: Database, actor: Actor, space: LinkSpace) -> None:
    """An international host is kept in ASCII, and links can name it either way; the same host twice is a conflict."""
    domain = _verified(db, actor, space, "Grün.Example.")
    assert domain.host == "xn--grn-ioa.example"
    for spelled in ("grün.example", "xn--grn-ioa.example"):
        code = db.write_now(create_code, actor, DynamicDraft(GOAL, domain=spelled), space=space)
        assert code.domain == domain.host
    with pytest.raises(Conflict) as caught:
        _add(db, actor, space, "GRÜN.example")
    assert caught.value.code == "domain_exists"


def test_the_default(db: Database, actor: Actor, space: LinkSpace) -> None:
    """Links that name no domain are made on the default; there is one at most; the public URL's host names none."""
    pending = _add(db, actor, space, "later.example")
    with pytest.raises(Conflict) as caught:
        _default(db, actor, space, pending)
    assert caught.value.code == "domain_not_verified"
    first, second = _verified(db, actor, space), _verified(db, actor, space, "b.example")
    _default(db, actor, space, first)
    _default(db, actor, space, second)
    shown = db.read_now(domains.every, actor)
    assert [domain.host for domain in shown if domain.is_default] == ["b.example"]
    made = db.write_now(create_code, actor, DynamicDraft(GOAL), space=space)
    own = db.write_now(create_code, actor, DynamicDraft(GOAL, domain="qr.example"), space=space)
    assert (made.domain, own.domain) == ("b.example", "")
    _default(db, actor, space, second, on=False)
    assert db.write_now(create_code, actor, DynamicDraft(GOAL), space=space).domain == ""


def test_a_domain_in_use_stays(db: Database, actor: Actor, space: LinkSpace) -> None:
    """It goes once no code is on it, grace time included; its slugs stay taken for whoever has the host next."""
    domain = _verified(db, actor, space)
    code = db.write_now(create_code, actor, DynamicDraft(GOAL, domain=HOST, slug="spring"), space=space)
    db.write_now(delete_code, actor, code.public_id, space=space)
    with pytest.raises(Conflict) as caught:
        _remove(db, actor, space, domain)
    assert caught.value.code == "domain_in_use"
    db.write_now(delete_for_good, actor, code.public_id, space=space)
    _remove(db, actor, space, domain)
    assert HOST.encode() not in space.served.hosts
    with pytest.raises(Invalid):
        db.write_now(create_code, actor, DynamicDraft(GOAL, domain=HOST), space=space)
    _verified(db, actor, space)
    with pytest.raises(Conflict, match="taken"):
        db.write_now(create_code, actor, DynamicDraft(GOAL, domain=HOST, slug="spring"), space=space)


def test_a_stale_change(db: Database, actor: Actor, space: LinkSpace) -> None:
    """A change that was meant for an older version is refused."""
    domain = _verified(db, actor, space)
    for act in ("set_default", "remove_domain"):
        more = {"is_default": True} if act == "set_default" else {}
        with pytest.raises(Stale):
            db.write_now(getattr(domains, act), actor, domain.public_id, expected=frozenset({1}), space=space, **more)


def test_no_destination_is_a_domain_of_ours(db: Database, make_actor: MakeActor, space: LinkSpace) -> None:
    """A link to a verified domain, whosever it is, would be a chain or a loop."""
    acme, other = make_actor(name="Acme"), make_actor(name="Other")
    _verified(db, acme, space)
    for actor in (acme, other):
        with pytest.raises(Invalid, match="would make a loop"):
            db.write_now(create_code, actor, DynamicDraft(f"https://{HOST}/x"), space=space)


async def _serves(space: LinkSpace, *hosts: str) -> None:
    async with asyncio.timeout(10):
        while space.served.hosts != {host.encode() for host in hosts}:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.01)


def test_another_process_learns_of_domains(db: Database, actor: Actor, space: LinkSpace) -> None:
    """A space that was made earlier serves what the database says, once it hears of a change."""
    later = LinkSpace(space.public_url, space.domains, forget=Forgotten())
    domain = _default(db, actor, space, _verified(db, actor, space))
    assert later.served.hosts == {b"go.example"}

    async def follow() -> None:
        domains.follow(db, later)
        db.feed.tell_missed()
        await _serves(later, "go.example", HOST)
        assert later.served.default_of(actor.org) == HOST
        await db.write(domains.remove_domain, actor, domain.public_id, expected=None, space=space)
        await _serves(later, "go.example")

    asyncio.run(follow())


def test_every_change_is_written_down(db: Database, actor: Actor, space: LinkSpace) -> None:
    """Adding, verifying, the default and removing are in the audit log; checks that change nothing are not."""
    domain = _add(db, actor, space)
    _check(db, actor, space, domain, Missing())
    _check(db, actor, space, domain)
    _default(db, actor, space, domain)
    _remove(db, actor, space, domain)
    entries = db.read_now(audit.newest, actor.org, subject=domain.public_id, below=None, limit=10)
    assert [entry.action for entry in reversed(entries)] == [
        "domain.added",
        "domain.verified",
        "domain.default_changed",
        "domain.removed",
    ]


def test_pages(db: Database, actor: Actor, space: LinkSpace) -> None:
    """Newest first, page by page."""
    for number in range(5):
        _add(db, actor, space, f"d{number}.example")
    hosts, cursor = [], None
    while True:
        page = db.read_now(domains.list_domains, actor, Asked(cursor, 2, CURSORS))
        hosts += [domain.host for domain in page.items]
        if (cursor := page.next_cursor) is None:
            break
    assert hosts == [f"d{number}.example" for number in (4, 3, 2, 1, 0)]


def test_removing_waits_in_the_order_in_which_links_are_made(
    db: Database, actor: Actor, space: LinkSpace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever makes a link locks the organisation, then the domain; so does a removal, and neither is undone."""
    monkeypatch.setattr(database, "TRIES_MAX", 1)
    domain = _verified(db, actor, space)
    is_locked = threading.Event()

    def make(tx: Tx) -> None:
        organisations.lock(tx, actor.org)
        is_locked.set()
        time.sleep(MEANWHILE_S)
        create_code(tx, actor, DynamicDraft(GOAL, domain=HOST), space=space)

    with ThreadPoolExecutor() as threads:
        making = threads.submit(db.write_now, make)
        assert is_locked.wait(WAIT_S)
        with pytest.raises(Conflict, match="would stop working"):
            _remove(db, actor, space, domain)
        making.result(WAIT_S)
