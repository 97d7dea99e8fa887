"""The web server: one way to start it, for `./tw up` and for what measures it."""

from __future__ import annotations

from treatywatch.launcher.places import PYTHON, VENV


def web_command(application: str, host: str, port: int) -> list[str]:
    """Return the command that serves a WSGI application ("module:name")."""
    server = [str(PYTHON), str(VENV / "bin" / "granian"), "--interface", "wsgi"]
    return [*server, "--host", host, "--port", str(port), "--workers", "1", application]
