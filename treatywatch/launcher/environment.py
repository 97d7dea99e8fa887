"""The virtual environment: made from the hashed locks, remade when they change, untouched otherwise."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from treatywatch.launcher.places import PYTHON, REQUIREMENTS, VENV, LauncherError, run_directory, say, tail

if TYPE_CHECKING:
    from pathlib import Path

RUNTIME = ("runtime", "embedded")
DEVELOPMENT = ("runtime", "embedded", "development")


def ensure_environment(groups: tuple[str, ...]) -> None:
    """Make `.venv` hold these groups of the lock; needs no network when it already does.

    Raises:
        LauncherError: if the environment cannot be made, with the reason in one sentence.

    """
    wanted = {group: _digest(REQUIREMENTS / f"{group}.lock") for group in groups}
    if all(_stamp(group).exists() and _stamp(group).read_text() == digest for group, digest in wanted.items()):
        return
    if not PYTHON.exists() or not _is_of_this_python():
        _make_environment()
    _install(groups)
    for group, digest in wanted.items():
        _stamp(group).write_text(digest)


def _stamp(group: str) -> Path:
    return VENV / f".installed-{group}"


def _digest(lock: Path) -> str:
    version = f"{sys.version_info[0]}.{sys.version_info[1]}\n".encode()
    return hashlib.sha256(version + lock.read_bytes()).hexdigest()


def _is_of_this_python() -> bool:
    return (VENV / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}").exists()


def _make_environment() -> None:
    say("Making the Python environment in .venv …")
    shutil.rmtree(VENV, ignore_errors=True)
    if _quietly([sys.executable, "-m", "venv", str(VENV)], "venv.log"):
        return
    # Debian's python3 comes without ensurepip; virtualenv brings its own pip.
    shutil.rmtree(VENV, ignore_errors=True)
    tools = run_directory() / "virtualenv"
    install = [sys.executable, "-m", "pip", "install", "--target", str(tools), "virtualenv"]
    make = [sys.executable, "-m", "virtualenv", str(VENV)]
    if not _quietly(install, "venv.log") or not _quietly(make, "venv.log", PYTHONPATH=str(tools)):
        _explain("This Python can make no virtual environment (install python3-venv, or pip)", "venv.log")


def _install(groups: tuple[str, ...]) -> None:
    say("Installing dependencies from the hashed lock (a minute at most, once) …")
    command = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--require-hashes"]
    for group in groups:
        command += ["-r", str(REQUIREMENTS / f"{group}.lock")]
    if not _quietly(command, "install.log"):
        _explain("The dependencies could not be installed", "install.log")
    say("Dependencies are installed.")


def _quietly(command: list[str], log: str, **environment: str) -> bool:
    """Run a command into a log; a missing HOME must not stop pip."""
    path = run_directory() / log
    with path.open("ab") as file:
        result = subprocess.run(
            command,
            stdout=file,
            stderr=file,
            check=False,
            env={**os.environ, "PIP_NO_INPUT": "1", **environment},
        )
    return result.returncode == 0


def _explain(sentence: str, log: str) -> None:
    path = run_directory() / log
    text = path.read_text(errors="replace")
    if "No space left" in text:
        sentence = "The disk is full"
    elif "No matching distribution" in text or "Could not find a version" in text:
        sentence = "A package has no wheel for this platform or the package index cannot be reached"
    raise LauncherError(f"{sentence}; the last lines of {path}:\n{tail(path)}")
