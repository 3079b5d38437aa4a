"""One worker of `repoint serve --workers N`.

python -m repoint.cli.serving_worker FD NUMBER OF
"""

import os
import signal
import socket
import sys
import threading

import click

from repoint import bootstrap
from repoint.cli import serving
from repoint.cli.options import read_settings
from repoint.kit import logs


def main() -> None:
    """Serve on an inherited socket, with the settings of the environment, until told to stop or alone."""
    fd, number, _ = map(int, sys.argv[1:])
    settings = read_settings()
    logs.configure(as_json=settings.log_format == "json", worker=number)
    bootstrap.take_catalogue(settings)
    threading.Thread(target=_end_with_supervisor, daemon=True).start()
    listener = socket.socket(fileno=fd)
    serving.serve_journal(settings, listener, journal=number, is_one_of_several=True, ready=lambda: click.echo("ready"))


def _end_with_supervisor() -> None:
    """Standard input ends with the supervisor, in whatever way that one ended."""
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
