"""Starting, watching and stopping our own processes; what an earlier launcher left behind is stopped first."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from treatywatch.launcher.places import ROOT, LauncherError, run_directory, say, tail, write_private

if TYPE_CHECKING:
    from collections.abc import Callable

_PR_SET_PDEATHSIG = 1
# A machine with much else to do takes a minute for what is otherwise there in a second. Who ends is noticed at once.
START_SECONDS = 180


@dataclass
class Program:
    """A process we keep running."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    stop_signal: int = signal.SIGTERM
    identity: int | None = None
    stdin: str = ""
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Start the process; on Linux it is told to stop if the launcher dies."""
        groups: list[str | int] | None = [] if self.identity else None
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.PIPE if self.stdin else subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self.environment,
                cwd="/" if self.identity else ROOT,
                start_new_session=True,
                preexec_fn=_die_with_launcher(self.stop_signal),
                user=self.identity,
                group=self.identity,
                extra_groups=groups,
            )
        if self.stdin and self.process.stdin:
            self.process.stdin.write(self.stdin.encode())
            self.process.stdin.close()

    def has_ended(self) -> bool:
        """Say whether the process is gone."""
        return self.process is None or self.process.poll() is not None

    def stop(self, patience: float = 20) -> None:
        """Ask the process to stop, and insist after `patience` seconds."""
        if self.process is None or self.has_ended():
            return
        self.process.send_signal(self.stop_signal)
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            _kill_group(self.process.pid)
            self.process.wait()


def _die_with_launcher(stop_signal: int) -> Callable[[], None] | None:
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None)
    return lambda: library.prctl(_PR_SET_PDEATHSIG, stop_signal)


def _kill_group(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def remember(programs: list[Program], record: Path) -> None:
    """Write down what runs, so that the next start can stop it if this launcher is killed."""
    rows = [
        {
            "name": program.name,
            "pid": program.process.pid,
            "born": _birth(program.process.pid),
            "signal": program.stop_signal,
        }
        for program in programs
        if program.process is not None and not program.has_ended()
    ]
    write_private(record, json.dumps(rows))


def stop_leftovers(record: Path) -> None:
    """Stop processes that a killed launcher left; a pid that now belongs to another process is left alone."""
    if not record.exists():
        return
    rows = [row for row in json.loads(record.read_text() or "[]") if row["born"] and _birth(row["pid"]) == row["born"]]
    for row in reversed(rows):
        say(f"Stopping {row['name']}, left by an earlier run.")
        os.kill(row["pid"], row["signal"])
    for row in rows:
        _wait_or_kill(row["pid"], row["born"])
    record.unlink()


def _wait_or_kill(pid: int, born: str, patience: float = 15) -> None:
    end = time.monotonic() + patience
    while _birth(pid) == born:
        if time.monotonic() > end:
            _kill_group(pid)
            return
        time.sleep(0.05)


def is_gone(pid: int) -> bool:
    """Say whether a process has ended, even if nobody has taken notice of its end yet."""
    return not _birth(pid)


def _birth(pid: int) -> str:
    """Return something that tells this process from a later one of the same pid; "" when there is none."""
    if Path("/proc/self/stat").exists():
        try:
            fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
        except OSError:
            return ""
        return "" if fields[0] == "Z" else fields[19]
    shown = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return shown.stdout.strip()


def wait_until(answers: Callable[[], bool], program: Program, *, what: str) -> None:
    """Wait until something answers.

    Raises:
        LauncherError: if the program ends, or does not answer within `START_SECONDS`.

    """
    end = time.monotonic() + START_SECONDS
    while not answers():
        if program.has_ended() or time.monotonic() > end:
            raise LauncherError(f"{what} did not start; the last lines of {program.log}:\n{tail(program.log)}")
        time.sleep(0.05)


def log_file(name: str) -> Path:
    """Return the log of a program in `.run/logs/`."""
    logs = run_directory() / "logs"
    logs.mkdir(mode=0o700, exist_ok=True)
    return logs / f"{name}.log"
