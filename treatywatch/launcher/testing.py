"""`./tw test`: every test on throwaway servers, with whatever the tests need installed first."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess

from treatywatch.launcher.environment import DEVELOPMENT, ensure_environment
from treatywatch.launcher.places import PYTHON, ROOT, say
from treatywatch.launcher.throwaway import throwaway_servers


def test(arguments: list[str]) -> int:
    """Run pytest with these arguments and return its exit code; nothing is left behind."""
    ensure_environment(DEVELOPMENT)
    _ensure_browser()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with throwaway_servers("test") as servers:
        say("Running the tests …")
        command = [str(PYTHON), "-m", "pytest", *arguments]
        return subprocess.run(command, env=servers.environment, cwd=ROOT, check=False).returncode


def find_chromium() -> str | None:
    """Return the path of a chromium on this machine."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def _ensure_browser() -> None:
    if find_chromium():
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        say("No chromium here: the browser tests (tests/browser) are skipped. Install chromium to run them.")
        return
    say("Installing chromium for the browser tests …")
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "check": False}
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update"], env=environment, **quiet)  # type: ignore[call-overload]
    subprocess.run(["apt-get", "install", "-y", "chromium"], env=environment, **quiet)  # type: ignore[call-overload]
    if not find_chromium():
        say("chromium could not be installed: the browser tests (tests/browser) are skipped.")
