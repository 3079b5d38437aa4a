"""How long a connection lives: keep-alive, and the end of the server."""

import socket
import threading
import time

import pytest

from tests.web.redirect.conftest import NewSite
from tests.web.redirect.phone import Phone, request
from tests.web.redirect.site import Site, until

KEEP_ALIVE_S = 0.4
LATE_S = 3.0  # on a machine that is busy with others


@pytest.fixture
def hasty(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """The shared site; connections that begin now are closed after 400 ms without a request."""
    monkeypatch.setattr(site.config, "timeout_keep_alive", KEEP_ALIVE_S)
    return site


@pytest.mark.parametrize("last", ["{slug}", "nobody"])
def test_idle_connections_are_closed(hasty: Site, last: str) -> None:
    """A connection that asks nothing more is closed, about as long after its last answer as is set; not before."""
    _, slug = hasty.link()
    with Phone(hasty.port) as phone:
        for _ in range(3):
            phone.ask(f"/r/{slug}")
            time.sleep(KEEP_ALIVE_S / 4)
        phone.ask(f"/r/{last}".replace("{slug}", slug))
        began = time.monotonic()
        assert phone.hangs_up()
        assert KEEP_ALIVE_S * 0.9 < time.monotonic() - began < KEEP_ALIVE_S + LATE_S


def test_busy_connections_are_not_closed(hasty: Site) -> None:
    """A connection that waits for its answer is never idle, not even where it has just been; afterwards it is again."""
    _, slug = hasty.link()
    with Phone(hasty.port) as phone:
        phone.ask(f"/r/{slug}")
        time.sleep(KEEP_ALIVE_S / 4)
        with hasty.disk.held() as release:
            phone.say(request(f"/r/{slug}"))
            assert phone.is_quiet(for_s=KEEP_ALIVE_S * 2)
            release()
            assert phone.hear().status == 302
        began = time.monotonic()
        assert phone.hangs_up()
        assert KEEP_ALIVE_S * 0.9 < time.monotonic() - began < KEEP_ALIVE_S + LATE_S


def test_a_slow_request_is_not_idle(hasty: Site) -> None:
    """A request that has begun to come is waited for, beyond the time after which an idle connection is closed."""
    _, slug = hasty.link()
    whole = request(f"/r/{slug}")
    with Phone(hasty.port) as phone:
        phone.ask(f"/r/{slug}")
        phone.say(whole[:20])
        assert phone.is_quiet(for_s=KEEP_ALIVE_S * 1.5)
        phone.say(whole[20:])
        assert phone.hear().status == 302


def test_connections_do_not_leave_timers_behind(hasty: Site) -> None:
    """A client that leaves in between is forgotten at once, not after the keep-alive time."""
    _, slug = hasty.link()
    before = hasty.connections
    with Phone(hasty.port) as phone:
        phone.ask(f"/r/{slug}")
        (mine,) = hasty.connections - before
    until(lambda: mine not in hasty.connections)
    assert mine.timeout_keep_alive_task is None or mine.timeout_keep_alive_task.cancelled()


def test_shutdown_lands_what_is_in_the_air(new_site: NewSite) -> None:
    """A server that is told to stop closes idle connections, gives those who wait their 302, and ends."""
    site = new_site()
    link, slug = site.link()
    with Phone(site.port) as idle, Phone(site.port) as waiting, Phone(site.port) as pipelining:
        assert idle.ask(f"/r/{slug}").status == 302
        with site.disk.held() as release:
            waiting.say(request(f"/r/{slug}"))
            pipelining.say(request(f"/r/{slug}") + request("/r/nobody") + request(f"/r/{slug}"))
            until(lambda: site.waiting == 2)
            stopping = threading.Thread(target=site.stop)
            stopping.start()
            assert idle.hangs_up()
            release()
            landed = waiting.hear()
            assert (landed.status, landed.will_close) == (302, True)
            assert waiting.hangs_up()
            assert [pipelining.hear().status for _ in range(3)] == [302, 404, 302]
            assert pipelining.hangs_up()
        stopping.join()
    assert len(site.scans(link)) == 4
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", site.port))
