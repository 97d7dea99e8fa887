"""The web server: one way to start it, for `./tw up` and for what measures it."""

from __future__ import annotations

from treatywatch.launcher.places import PYTHON, VENV

# Each thread keeps a connection to PostgreSQL. Left to itself the server starts up to 512 threads, and of 300 readers
# who come at once 200 would get an error instead of waiting for a moment: PostgreSQL takes 100 connections.
THREADS = 16
# As long as a connection lives (CONN_MAX_AGE): a thread that ends takes along all that its connection has prepared.
IDLE_SECONDS = 600


def web_command(application: str, host: str, port: int) -> list[str]:
    """Return the command that serves a WSGI application ("module:name")."""
    server = [str(PYTHON), str(VENV / "bin" / "granian"), "--interface", "wsgi"]
    threads = ["--blocking-threads", str(THREADS), "--blocking-threads-idle-timeout", str(IDLE_SECONDS)]
    return [*server, *threads, "--host", host, "--port", str(port), "--workers", "1", application]
