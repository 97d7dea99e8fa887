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
from pathlib import Path

from treatywatch.launcher.postgres import remove_home
from treatywatch.launcher.valkey import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
NOT_COPIED = shutil.ignore_patterns(".git", ".venv", ".run", "__pycache__", ".*_cache", "tests")
OWN_SERVERS = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SECRET_KEY", "STATIC_ROOT", "TW_EMBEDDED", "PUBLIC_URL")
START_SECONDS = 120


class Checkout:
    """A copy of the tree, and the launcher that runs in it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory / "a clone"
        shutil.copytree(ROOT, self.directory, ignore=NOT_COPIED)
        (self.directory / ".venv").symlink_to(ROOT / ".venv")
        self.log = directory / "up.log"
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["./tw", *arguments],
            cwd=self.directory,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=START_SECONDS,
        )

    @staticmethod
    def environment() -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in OWN_SERVERS}
        return kept | {"ALERTS_SETTLE_SECONDS": "0", "ALERTS_DISPATCH_SECONDS": "1"}

    def up(self) -> str:
        """Start, wait until it says that it runs, and return all it said."""
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                ["./tw", "up", "--port", str(self.port)],
                cwd=self.directory,
                env=self.environment(),
                stdout=log,
                stderr=log,
            )
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            said = self.log.read_text()
            if "Ctrl-C stops everything" in said:
                return said
            assert self.process.poll() is None, said
            time.sleep(0.2)
        raise AssertionError(self.log.read_text())

    def password(self) -> str:
        return re.search(r"password (\S+) ", self.log.read_text())[1]

    def page(self, path: str) -> str:
        with urllib.request.urlopen(self.address + path, timeout=10) as answer:
            return answer.read().decode()

    def children(self) -> list[int]:
        record = json.loads((self.directory / ".run" / "processes.json").read_text())
        return [entry["pid"] for entry in record]

    def stop(self, how: int = signal.SIGTERM) -> int:
        """Stop the launcher and return its exit code."""
        assert self.process is not None
        self.process.send_signal(how)
        return self.process.wait(timeout=60)

    def remove(self) -> None:
        if self.process and self.process.poll() is None:
            self.stop()
        remove_home(self.directory / ".run" / "postgres")


def alive(pids: list[int], *, within: float = 15) -> list[int]:
    """Return which processes still live after giving them some seconds to go."""
    end = time.monotonic() + within
    while True:
        left = [pid for pid in pids if _is_alive(pid)]
        if not left or time.monotonic() > end:
            return left
        time.sleep(0.1)


def _is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
