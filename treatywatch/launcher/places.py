"""Where things lie in a checkout, and the one error a user sees."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
RUN = ROOT / ".run"
REQUIREMENTS = ROOT / "requirements"

_STARTED = time.monotonic()


class LauncherError(Exception):
    """Something that stops the launcher; the message is one clear sentence for the person at the keyboard."""


def say(sentence: str) -> None:
    """Print one line of progress with the seconds since the start, not where an answer such as JSON goes."""
    print(f"[{time.monotonic() - _STARTED:5.1f} s] {sentence}", file=sys.stderr, flush=True)


def run_directory() -> Path:
    """Return `.run/`, made if need be, readable by its owner only."""
    RUN.mkdir(mode=0o700, exist_ok=True)
    RUN.chmod(0o700)
    return RUN


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    draft = path.with_name(path.name + ".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)


def tail(path: Path, lines: int = 12) -> str:
    """Return the last lines of a log, or a note that there is none."""
    if not path.exists():
        return "(no log)"
    return "\n".join(path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


def site_packages() -> Path:
    """Return the environment's package directory."""
    return VENV / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
