"""Starts the programs that are measured, and ends them."""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

START_WAIT_S = 20.0
STOP_WAIT_S = 120.0
REPOINT = Path(sys.executable).parent / "repoint"


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: its process, where it answers, and what it said when it started."""

    process: subprocess.Popen[Any]
    url: str
    token: str | None

    def get(self, path: str, *, token: str | None = None) -> Any:
        """The JSON answer to a GET."""
        return json.loads(self.text(path, token=token))

    def text(self, path: str, *, token: str | None = None) -> str:
        """The answer to a GET."""
        headers = {"authorization": f"Bearer {token}"} if token else {}
        request = urllib.request.Request(self.url + path, headers=headers)  # noqa: S310 - our own loopback server
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - as above
            return str(answer.read().decode())

    def metric(self, name: str) -> float:
        """One number of `/metrics`; 0 where it is not there yet."""
        found = re.search(rf"^{re.escape(name)} ([0-9.e+]+)$", self.text("/metrics"), re.MULTILINE)
        return float(found[1]) if found else 0.0


def need(*programs: str) -> None:
    """End with a clear message where a program is missing."""
    missing = [program for program in programs if shutil.which(program, path=_search_path()) is None]
    if missing:
        sys.exit(f"This measurement needs {', '.join(missing)}. On Debian: apt-get install nginx-light wrk")


@contextlib.contextmanager
def repoint(data: Path) -> Iterator[Server]:
    """`repoint serve` on a free port, stopped with SIGTERM."""
    process = subprocess.Popen(
        [str(REPOINT), "serve", "--port", "0", "--data", str(data)],
        stdout=subprocess.PIPE,
        stderr=(data.parent / "serve.log").open("a"),
        text=True,
    )
    try:
        assert process.stdout is not None
        url = token = None
        for line in process.stdout:
            if found := re.search(r"http://localhost:\d+", line):
                url = url or found[0].replace("localhost", "127.0.0.1")
            if found := re.search(r"rp_\w+", line):
                token = found[0]
            if line.startswith("Stop with"):
                break
        assert url is not None, f"repoint did not start; see {data.parent / 'serve.log'}"
        yield Server(process, url, token)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(STOP_WAIT_S)


@contextlib.contextmanager
def nginx(folder: Path) -> Iterator[str]:
    """One nginx worker that answers everything with 302 and writes its usual access log; gives its URL."""
    port = free_port()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "nginx.conf").write_text(
        f"""
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
    access_log {folder}/access.log combined;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    keepalive_requests 1000000000;
    server {{ listen 127.0.0.1:{port}; location / {{ return 302 https://example.com/spring; }} }}
}}
""",
        encoding="ascii",
    )
    program = shutil.which("nginx", path=_search_path())
    assert program is not None
    process = subprocess.Popen([program, "-c", str(folder / "nginx.conf"), "-p", str(folder)])
    try:
        wait_for_port(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(STOP_WAIT_S)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def wait_for_port(port: int) -> None:
    """Wait until somebody listens."""
    deadline = time.monotonic() + START_WAIT_S
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.02)
    raise TimeoutError(f"nobody listens on port {port}")


def _search_path() -> str:
    return f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
