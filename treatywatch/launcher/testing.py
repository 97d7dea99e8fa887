"""`./tw test`: every test on throwaway servers, with whatever the tests need installed first."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
from typing import TYPE_CHECKING, TypedDict

from treatywatch.launcher.environment import DEVELOPMENT, ensure_environment
from treatywatch.launcher.places import PYTHON, REQUIREMENTS, ROOT, run_directory, say
from treatywatch.launcher.throwaway import throwaway_servers

if TYPE_CHECKING:
    from pathlib import Path


class _Streams(TypedDict):
    stdout: int
    stderr: int


_QUIET: _Streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def test(arguments: list[str]) -> int:
    """Run pytest with these arguments and return its exit code; nothing is left behind."""
    ensure_environment(DEVELOPMENT)
    _ensure_browser()
    _ensure_checker()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with throwaway_servers("test") as servers:
        say("Running the tests …")
        command = [str(PYTHON), "-m", "pytest", *arguments]
        return subprocess.run(command, env=servers.environment, cwd=ROOT, check=False).returncode


def find_chromium() -> str | None:
    """Return the path of a chromium on this machine."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def find_checker() -> Path | None:
    """Return the place of the Nu Html Checker, if `./tw test` could install it and this machine has Java."""
    jar = _checker_home() / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
    return jar if jar.exists() and shutil.which("java") else None


def _checker_home() -> Path:
    lock = REQUIREMENTS / "nu-checker" / "package-lock.json"
    return run_directory() / f"nu-checker-{hashlib.sha256(lock.read_bytes()).hexdigest()[:12]}"


def _ensure_browser() -> None:
    if not find_chromium():
        _install_packages("chromium")
    if not find_chromium():
        say("No chromium here: the browser tests (tests/browser) are skipped. Install chromium to run them.")


def _ensure_checker() -> None:
    """Fetch the checker of HTML as its lock pins it, by npm's own client."""
    missing = [
        package for command, package in (("npm", "npm"), ("java", "default-jre-headless")) if not shutil.which(command)
    ]
    if missing and not find_checker():
        _install_packages(*missing)
    if not find_checker() and shutil.which("npm"):
        home = _checker_home()
        shutil.copytree(REQUIREMENTS / "nu-checker", home, dirs_exist_ok=True)
        say("Fetching the checker of HTML …")
        fetch = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run(fetch, cwd=home, check=False, **_QUIET)
    if not find_checker():
        say("No npm or no Java here: the test of valid HTML (tests/test_html.py) is skipped. Install both to run it.")


def _install_packages(*names: str) -> None:
    """Install packages where the system lets us: as root, by apt."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    say(f"Installing {' and '.join(names)} for the tests …")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update"], env=environment, check=False, **_QUIET)
    install = ["apt-get", "install", "-y", "--no-install-recommends", *names]
    subprocess.run(install, env=environment, check=False, **_QUIET)
