"""A whole TreatyWatch, started by `./tw up` in a copy of this checkout, in a directory whose name has a space."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import time
import urllib.request
from typing import TYPE_CHECKING, Any

from treatywatch.launcher.places import ROOT, LauncherError
from treatywatch.launcher.postgres import remove_home
from treatywatch.launcher.processes import is_gone
from treatywatch.launcher.valkey import free_port

if TYPE_CHECKING:
    from pathlib import Path

NOT_COPIED = shutil.ignore_patterns(".git", ".venv", ".run", "__pycache__", ".*_cache", "tests")
OWN_SERVERS = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SECRET_KEY", "STATIC_ROOT", "TW_EMBEDDED", "PUBLIC_URL")
# In seconds. A start takes a dozen of them, or a hundred where much else is done at the same time.
START_SECONDS = 600
_ANSWER_SECONDS = 60


class Checkout:
    """A copy of the tree, and the launcher that runs in it; `settings` go into its environment."""

    def __init__(self, directory: Path, **settings: str) -> None:
        self.directory = directory / "a clone"
        shutil.copytree(ROOT, self.directory, ignore=NOT_COPIED)
        (self.directory / ".venv").symlink_to(ROOT / ".venv")
        self.log = directory / "up.log"
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self._settings = {"ALERTS_SETTLE_SECONDS": "0", "ALERTS_DISPATCH_SECONDS": "1"} | settings

    @property
    def address(self) -> str:
        """Return where its pages are."""
        return f"http://127.0.0.1:{self.port}"

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `./tw` with these arguments in the copy."""
        return subprocess.run(
            ["./tw", *arguments],
            cwd=self.directory,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=START_SECONDS,
        )

    def environment(self) -> dict[str, str]:
        """Return the environment in which the launcher runs: no servers of others."""
        kept = {name: value for name, value in os.environ.items() if name not in OWN_SERVERS}
        return kept | self._settings

    def inner_environment(self) -> dict[str, str]:
        """Return the environment of what the running launcher has started."""
        named = json.loads((self.directory / ".run" / "environment.json").read_text())
        return self.environment() | named

    def has_ended(self) -> bool:
        """Say whether the launcher is gone."""
        return self.process is None or self.process.poll() is not None

    def _start(self) -> None:
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                ["./tw", "up", "--port", str(self.port)],
                cwd=self.directory,
                env=self.environment(),
                stdout=log,
                stderr=log,
            )

    def up(self) -> str:
        """Start, wait until it says that it runs, and return all it said.

        Raises:
            LauncherError: if it ends or takes too long, with all it said.

        """
        self._start()
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and not self.has_ended():
            said = self.log.read_text()
            if "Ctrl-C stops everything" in said:
                return said
            time.sleep(0.2)
        raise LauncherError(self.log.read_text())

    def password(self) -> str:
        """Return the editor's password, which the first start has shown.

        Raises:
            LauncherError: if it has not.

        """
        shown = re.search(r"password (\S+) ", self.log.read_text())
        if shown is None:
            raise LauncherError("No password was shown by this start.")
        return shown[1]

    def page(self, path: str) -> str:
        """Return what a page answers."""
        with urllib.request.urlopen(self.address + path, timeout=_ANSWER_SECONDS) as answer:  # noqa: S310 - our own address
            return str(answer.read().decode())

    def programs(self) -> dict[str, int]:
        """Return the process id of each program that the launcher runs, by name."""
        record: list[dict[str, Any]] = json.loads((self.directory / ".run" / "processes.json").read_text())
        return {entry["name"]: entry["pid"] for entry in record}

    def children(self) -> list[int]:
        """Return the process ids of what the launcher runs."""
        return list(self.programs().values())

    def stop(self, how: int = signal.SIGTERM) -> int:
        """Stop the launcher and return its exit code."""
        if self.process is None:
            return 0
        self.process.send_signal(how)
        return self.process.wait(timeout=START_SECONDS)

    def remove(self) -> None:
        """Stop what runs, and remove the database's files, wherever they lie."""
        if not self.has_ended():
            self.stop()
        remove_home(self.directory / ".run" / "postgres")


def alive(pids: list[int], *, within: float = _ANSWER_SECONDS) -> list[int]:
    """Return which processes still live after giving them some seconds to go."""
    end = time.monotonic() + within
    while True:
        left = [pid for pid in pids if not is_gone(pid)]
        if not left or time.monotonic() > end:
            return left
        time.sleep(0.1)
