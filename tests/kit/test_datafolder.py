"""A data folder has one owner; a second one is told who."""

import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from repoint.kit import datafolder
from repoint.kit.datafolder import LOCK_NAME, DataFolderBusy, claim, is_claimed

OWNER = """
import pathlib, sys, time
from repoint.kit import datafolder
from repoint.kit.datafolder import claim
folder = claim(pathlib.Path(sys.argv[1]))
print("claimed", flush=True)
time.sleep(60)
"""


# `cat` stands for the process that writes the journal: it lives for as long as somebody holds its standard input.
OWNER_WITH_SCRIBE = """
import pathlib, subprocess, sys, time
from repoint.kit.datafolder import claim
folder = claim(pathlib.Path(sys.argv[1]))
subprocess.Popen(["cat"], pass_fds=[folder.lock_fd])
print("claimed", flush=True)
time.sleep(60)
"""


@contextmanager
def _other_process(path: Path, program: str = OWNER) -> Iterator[subprocess.Popen[str]]:
    """A process that owns the folder until it is killed."""
    command = [sys.executable, "-c", program, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as owner:
        try:
            assert owner.stdout is not None
            assert owner.stdout.readline() == "claimed\n"
            yield owner
        finally:
            owner.kill()


def test_a_claim_makes_the_folder_private(tmp_path: Path) -> None:
    """A missing folder is made, readable for its owner alone, with a place for the journal."""
    folder = claim(tmp_path / "some" / "where")
    try:
        assert folder.journal.is_dir()
        for made in (folder.path, folder.journal):
            assert stat.S_IMODE(made.stat().st_mode) == 0o700
        assert folder.database.parent == folder.control_socket.parent == folder.path
        assert (folder.path / LOCK_NAME).read_text(encoding="ascii") == f"{os.getpid()}\n"
    finally:
        folder.release()


def test_two_claims_in_one_process(tmp_path: Path) -> None:
    """The second claim is refused, whoever makes it; after a release it is granted."""
    first = claim(tmp_path)
    with pytest.raises(DataFolderBusy, match=f"pid {os.getpid()}"):
        claim(tmp_path)
    assert is_claimed(tmp_path)
    first.release()
    assert not is_claimed(tmp_path)
    claim(tmp_path).release()


def test_the_lock_names_its_present_owner_alone(tmp_path: Path) -> None:
    """Nothing of an earlier owner, whose number may have been longer, is left over."""
    (tmp_path / LOCK_NAME).write_text("12345678\n", encoding="ascii")
    folder = claim(tmp_path)
    assert (tmp_path / LOCK_NAME).read_text(encoding="ascii") == f"{os.getpid()}\n"
    folder.release()


def test_a_refused_claim_leaves_the_owner_alone(tmp_path: Path) -> None:
    """Being refused neither takes the lock nor wipes the owner's name."""
    first = claim(tmp_path)
    for _ in range(2):
        with pytest.raises(DataFolderBusy, match=f"pid {os.getpid()}"):
            claim(tmp_path)
    first.release()


def test_a_second_process_is_refused_until_the_first_is_killed(tmp_path: Path) -> None:
    """The message names folder, owner and two ways out; kill -9 gives the folder free at once."""
    with _other_process(tmp_path) as owner:
        with pytest.raises(DataFolderBusy) as caught:
            claim(tmp_path)
        for said in (str(tmp_path), f"pid {owner.pid}", "Stop that one", "--data"):
            assert said in str(caught.value)
        assert caught.value.folder == tmp_path
        assert is_claimed(tmp_path)
        owner.send_signal(signal.SIGKILL)
        owner.wait()
        assert not is_claimed(tmp_path)
        claim(tmp_path).release()


def test_the_lock_does_not_outlive_its_owner_in_a_child(tmp_path: Path) -> None:
    """A program that the owner started does not hold the folder after the owner gave it up."""
    folder = claim(tmp_path)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        folder.release()
        try:
            claim(tmp_path).release()
        finally:
            child.kill()


def test_a_folder_that_nobody_made_is_not_claimed(tmp_path: Path) -> None:
    """Asking about a missing folder answers no, and makes nothing."""
    assert not is_claimed(tmp_path / "missing")
    assert not (tmp_path / "missing").exists()


def test_a_file_in_its_place_is_an_error(tmp_path: Path) -> None:
    """Where the folder cannot be made, the caller gets the system's own reason."""
    (tmp_path / "taken").write_text("")
    with pytest.raises(FileExistsError):
        claim(tmp_path / "taken")


def test_a_child_that_was_given_the_lock_holds_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After kill -9 the process that writes the journal is waited for: in vain only for so long, else until it ends."""
    with _other_process(tmp_path, OWNER_WITH_SCRIBE) as owner:
        assert owner.stdin is not None
        owner.send_signal(signal.SIGKILL)
        owner.wait()
        assert is_claimed(tmp_path)
        monkeypatch.setattr(datafolder, "LAST_WRITES_WAIT_S", 0.05)
        with pytest.raises(DataFolderBusy):
            claim(tmp_path)
        monkeypatch.undo()
        ending = threading.Timer(0.1, owner.stdin.close)
        ending.start()
        claim(tmp_path).release()
        assert owner.stdin.closed
        ending.join()
