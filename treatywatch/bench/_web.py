"""The web server that is measured: a real one, in a process of its own."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil

from treatywatch.launcher.processes import Program, log_file, wait_until
from treatywatch.launcher.valkey import free_port, port_answers
from treatywatch.launcher.web import web_command

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Server:
    """A running web server."""

    port: int
    pid: int

    def cpu_seconds(self) -> float:
        """Return what its processes have computed so far; what else the machine does is not in it."""
        server = psutil.Process(self.pid)
        times = [one.cpu_times() for one in (server, *server.children(recursive=True))]
        return sum(one.user + one.system for one in times)


@contextmanager
def served(application: str, **environment: str) -> Iterator[Server]:
    """Serve a WSGI application ("module:name") the way that `./tw up` does, with these variables besides."""
    port = free_port()
    command = web_command(application, "127.0.0.1", port)
    program = Program("web server", command, os.environ | environment, log_file("bench-web"))
    program.start()
    try:
        wait_until(lambda: port_answers(port), program, what="The web server")
        yield Server(port, program.process.pid if program.process else 0)
    finally:
        program.stop()
