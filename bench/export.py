"""Export many codes from a running server, and import some: codes a second, peak memory."""

import argparse
import json
import secrets
import tempfile
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

from sqlalchemy import insert, select

from bench.server import Server, repoint
from repoint import bootstrap, rendering
from repoint.codes import store
from repoint.codes.store import NewCode
from repoint.codes.table import codes
from repoint.kit import base58
from repoint.kit.db import Tx
from repoint.links.allocate import Link
from repoint.links.table import links

CODES = 1_000_000
IMPORTED = 20_000
AT_ONCE = 10_000
MEMORY_MB_MAX = 250.0
READ_AT_ONCE = 1024 * 1024
SETTLED_WAIT_S = 60


def seed(data: Path, count: int) -> None:
    """Codes in a fresh folder, past every check: only reading them is measured."""
    folder = bootstrap.claim(data)
    db, _, _ = bootstrap.migrate_database(folder)
    org = db.write_now(bootstrap.found_installation).id
    design = rendering.complete(rendering.parse({"modules": {"shape": "dots"}}))
    design_text = json.dumps(design)

    def some(tx: Tx, first: int) -> None:
        numbers = range(first, min(first + AT_ONCE, count))
        goals = [f"https://example.com/page/{number}?campaign=spring" for number in numbers]
        made = [
            {
                "id": number + 1,
                "org_id": org,
                "domain": "",
                "slug": base58.encode(number + 58**6, width=7),
                "destination": goal,
            }
            for number, goal in zip(numbers, goals, strict=True)
        ]
        tx.execute(insert(links), made)
        new = [
            NewCode(
                id=tx.new_id(),
                title=f"Page {number} {secrets.token_hex(4)}",
                tags=("print", f"batch-{number // 1000}"),
                folder_id=None,
                design=design,
                design_text=design_text,
                text=None,
                link=Link(number + 1, "", str(link["slug"]), str(link["destination"])),
                is_paused=False,
                grace_until=None,
                version=1,
                created_at=tx.now,
                updated_at=tx.now,
            )
            for number, link in zip(numbers, made, strict=True)
        ]
        store.add_many(tx, org, new)

    for first in range(0, count, AT_ONCE):
        db.write_now(some, first)
    assert len(db.read_now(lambda tx: tx.execute(select(codes.c.id).limit(1)).all())) == 1
    db.close()
    folder.release()


def peak_mb(server: Server) -> float:
    """The most memory that the server and its children had at a time, each at its own peak."""
    pids = [server.process.pid]
    with suppress(OSError):
        children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text(encoding="ascii")
        pids += list(map(int, children.split()))
    total_kb = 0
    for pid in pids:
        with suppress(OSError):
            status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
            total_kb += int(status.split("VmHWM:")[1].split()[0])
    return total_kb / 1024


def settled_mb(server: Server) -> float:
    """The same once it grows no more: after a start the redirect learns up to 200,000 links."""
    seen = 0.0
    for _ in range(SETTLED_WAIT_S):
        time.sleep(1)
        if (now := peak_mb(server)) - seen < 1:
            return now
        seen = now
    return seen


def download(server: Server, token: str, file: Path) -> float:
    """The archive, and how many seconds it took."""
    request = urllib.request.Request(f"{server.url}/api/v1/export", headers={"authorization": f"Bearer {token}"})  # noqa: S310 - our own loopback server
    began = time.perf_counter()
    with urllib.request.urlopen(request, timeout=3600) as answer, file.open("wb") as kept:  # noqa: S310 - as above
        while some := answer.read(READ_AT_ONCE):
            kept.write(some)
    return time.perf_counter() - began


def upload(server: Server, token: str, file: Path) -> tuple[float, int]:
    """How many seconds an import took, and how many codes it made."""
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.zip"\r\n\r\n'
    body = head + file.read_bytes() + b"\r\n--b--\r\n"
    headers = {"authorization": f"Bearer {token}", "content-type": "multipart/form-data; boundary=b"}
    request = urllib.request.Request(f"{server.url}/api/v1/import", body, headers)  # noqa: S310 - our own loopback server
    began = time.perf_counter()
    with urllib.request.urlopen(request, timeout=3600) as answer:  # noqa: S310 - as above
        created = int(json.load(answer)["codes"]["created"])
    return time.perf_counter() - began, created


def measure(*, count: int = CODES, imported: int = IMPORTED) -> bool:
    """Prints the figures; gives whether memory stayed within its bound."""
    with tempfile.TemporaryDirectory(prefix="repoint-bench-") as temporary:
        folder = Path(temporary)
        seed(folder / "many", count)
        with repoint(folder / "many") as server:
            before = settled_mb(server)
            took_s = download(server, server.token or "", folder / "many.zip")
            most = peak_mb(server)
        size_mb = (folder / "many.zip").stat().st_size / 1e6
        print(f"\nexport of {count:,} codes: {took_s:.1f} s, {count / took_s:,.0f} codes a second, {size_mb:.1f} MB")
        print(
            f"  memory of server and journal: {before:.0f} MB before, {most:.0f} MB at most (bound {MEMORY_MB_MAX:.0f})"
        )
        seed(folder / "few", imported)
        with repoint(folder / "few") as source:
            download(source, source.token or "", folder / "few.zip")
        with repoint(folder / "empty") as target:
            took_s, created = upload(target, target.token or "", folder / "few.zip")
            imported_mb = peak_mb(target)
        assert created == imported
        speed = f"{imported / took_s:,.0f} codes a second"
        print(f"import of {imported:,} codes: {took_s:.1f} s, {speed}, {imported_mb:.0f} MB", flush=True)
    return most <= MEMORY_MB_MAX and imported_mb <= MEMORY_MB_MAX


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--codes", type=int, default=CODES)
    parser.add_argument("--imported", type=int, default=IMPORTED)
    options = parser.parse_args()
    raise SystemExit(0 if measure(count=options.codes, imported=options.imported) else 1)
