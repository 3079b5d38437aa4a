"""Clients that leave or stop reading while the disk works, and a disk that does not come back."""

import socket
import struct
import threading
import time
from typing import Any

import pytest
from structlog.testing import capture_logs

from repoint.links.resolve import Paused
from repoint.scans import commit
from repoint.scans.commit import WAIT_MAX_S
from tests.web.redirect.phone import Phone, request
from tests.web.redirect.site import Site, Way, until

PIPELINED = 1_500
WRITE_BUFFER_MAX = 128 * 1024  # uvicorn's high-water mark is 64 KiB


def test_clients_that_leave_do_not_hold_the_others_up(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """Of many who wait for the disk some vanish in every way there is; the others get their 302, and all count."""
    link, slug = site.link()
    lost = site.commit.stats.lost
    phones = [Phone(site.port) for _ in range(16)]
    leaving, resetting, pipelining, staying = phones[::4], phones[1::4], phones[2::4], phones[3::4]
    with capture_logs() as log, site.disk.held() as release:
        for phone in phones:
            phone.say(request(f"/r/{slug}"))
        until(lambda: site.waiting == len(phones))
        connected = len(site.connections)
        for phone in resetting:
            _reset(phone)
        until(lambda: len(site.connections) <= connected - len(resetting))
        for phone in pipelining:
            phone.say(request(f"/r/{slug}") + request("/r/nobody"))
            _reset(phone)
        for phone in leaving:
            phone.socket.close()
        release()
        assert [phone.hear().status for phone in staying] == [302] * len(staying)
    assert [phone.ask(f"/r/{slug}").status for phone in staying] == [302] * len(staying)
    for phone in staying:
        phone.socket.close()
    assert len(site.scans(link)) >= len(phones) + len(staying)
    assert site.commit.stats.lost == lost
    assert log == []
    if site.way == "fast":
        assert caplog.records == []  # uvicorn itself tells of pipelines whose client has left as of a bug


@pytest.mark.parametrize("is_kept", [True, False], ids=["kept", "asked"])
def test_a_client_that_has_said_all(sites: dict[Way, Site], is_kept: bool) -> None:
    """A client that closes its sending half behind its requests still gets every answer, and then the end."""
    site = sites["fast"]  # uvicorn by itself closes such a connection without an answer
    link, slug = site.link(is_kept=is_kept)
    with Phone(site.port) as phone, site.disk.held() as release:
        phone.say(request(f"/r/{slug}") + request("/r/nobody") + request(f"/r/{slug}"))
        phone.socket.shutdown(socket.SHUT_WR)
        until(lambda: site.waiting == 1)
        release()
        assert [phone.hear().status, phone.hear().status] == [302, 404]
        last = phone.hear()
        assert (last.status, last.will_close) == (302, True)
        assert phone.hangs_up()
    assert len(site.scans(link)) == 2


@pytest.mark.parametrize(
    "said", [b"", b"GET /r/abc HT", b"POST /r/abc HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc"]
)
def test_a_client_that_leaves_in_the_middle(site: Site, said: bytes) -> None:
    """Half a request and the end: the connection is closed, with nothing waiting for the other half."""
    with Phone(site.port) as phone:
        phone.say(said)
        phone.socket.shutdown(socket.SHUT_WR)
        if said.startswith(b"POST"):
            assert phone.hear().status == 405
        assert phone.hangs_up()


def test_the_wait_is_bounded(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that hangs holds a redirect up for 50 ms and no longer; the scan is written once it comes back."""
    monkeypatch.setattr(commit, "WAIT_MAX_S", WAIT_MAX_S)
    link, slug = site.link()
    late = site.commit.stats.answered_late
    with Phone(site.port) as phone:
        with site.disk.held():
            began = time.monotonic()
            assert phone.ask(f"/r/{slug}").status == 302
            took_s = time.monotonic() - began
        assert 0.045 < took_s < 1
        until(lambda: len(site.scans(link)) == 1)
        assert phone.ask(f"/r/{slug}").status == 302
    assert site.commit.stats.answered_late - late == 1


def test_a_slow_reader_holds_nobody_else_up(site: Site) -> None:
    """A client that does not read stops being answered, the others do not; once it reads, all its answers come."""
    link, slug = site.link()
    _, paused = site.link(Paused())
    pipeline = (request(f"/r/{slug}") + request(f"/r/{paused}")) * PIPELINED
    with Phone(site.port, buffer_bytes=4096) as slow, Phone(site.port) as other:
        saying = threading.Thread(target=slow.say, args=(pipeline,))
        saying.start()
        until(lambda: _stuck(site) != [])
        assert other.ask(f"/r/{slug}").status == 302
        heard = [slow.hear().status for _ in range(2 * PIPELINED)]
        saying.join()
        assert heard == [302, 410] * PIPELINED
        assert slow.ask(f"/r/{slug}").status == 302
    assert len(site.scans(link)) == PIPELINED + 2


def test_a_slow_reader_is_not_written_to_without_end(site: Site) -> None:
    """What is written for a client that asks and asks and reads nothing stays bounded; all of it comes in the end."""
    _, paused = site.link(Paused())

    def ask(slow: Phone) -> None:
        for _ in range(PIPELINED):
            slow.say(request(f"/r/{paused}"))
            time.sleep(0.0002)  # one by one: the connection is never seen waiting for an answer

    with Phone(site.port, buffer_bytes=4096) as slow:
        asking = threading.Thread(target=ask, args=(slow,))
        asking.start()
        until(lambda: _stuck(site) != [])
        (stuck,) = _stuck(site)
        time.sleep(0.3)
        assert stuck.transport.get_write_buffer_size() < WRITE_BUFFER_MAX
        assert [slow.hear().status for _ in range(PIPELINED)] == [410] * PIPELINED
        asking.join()


def test_a_slow_reader_that_leaves(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """A client that never read and goes leaves nothing behind."""
    _, paused = site.link(Paused())
    with Phone(site.port, buffer_bytes=4096) as slow:
        slow.say(request(f"/r/{paused}") * 300)
        until(lambda: _stuck(site) != [])
        (stuck,) = _stuck(site)
        _reset(slow)
    until(lambda: stuck not in site.connections)
    until(lambda: not site.server.server_state.tasks)
    if site.way == "fast":
        assert caplog.records == []


def _stuck(site: Site) -> list[Any]:
    """The connections whose client does not read what it is sent."""
    return [each for each in site.connections if each.flow.write_paused]


def _reset(phone: Phone) -> None:
    """Vanish with a reset instead of a farewell."""
    phone.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    phone.socket.close()
