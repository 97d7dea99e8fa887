"""The servers that every command needs: PostgreSQL and Valkey, ours or those that the environment names."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

from treatywatch.launcher.places import PYTHON, ROOT, run_directory, write_private
from treatywatch.launcher.postgres import ensure_database, start_postgres
from treatywatch.launcher.valkey import start_valkey

if TYPE_CHECKING:
    from pathlib import Path

    from treatywatch.launcher.processes import Program


class Servers:
    """What has been started, and the environment that leads to it."""

    def __init__(self) -> None:
        self.programs: list[Program] = []
        self.environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "DJANGO_SETTINGS_MODULE": "treatywatch.settings",
        }

    def start(self, home: Path, *, throwaway: bool = False) -> None:
        """Start what the environment does not already name."""
        if not self.environment.get("DATABASE_URL"):
            program, url = start_postgres(home / "postgres", throwaway=throwaway)
            self.programs.append(program)
            ensure_database(PYTHON, url)
            self.environment["DATABASE_URL"] = url
        if not self.environment.get("REDIS_URL"):
            program, url = start_valkey(home, name="valkey-test" if throwaway else "valkey")
            self.programs.append(program)
            self.environment["REDIS_URL"] = url
        self.environment.setdefault("SECRET_KEY", secret_key())

    def stop(self) -> None:
        """Stop everything, the last started first."""
        for program in reversed(self.programs):
            program.stop()


def secret_key() -> str:
    """Return this checkout's secret key, made on the first start."""
    path = run_directory() / "secret_key"
    if not path.exists():
        write_private(path, secrets.token_urlsafe(64))
    return path.read_text()
