"""`./tw bench NAME`: measurements on throwaway servers with a fresh, migrated database."""

from __future__ import annotations

import signal
import subprocess

from treatywatch.launcher.environment import DEVELOPMENT, ensure_environment
from treatywatch.launcher.places import PYTHON, ROOT, LauncherError, say
from treatywatch.launcher.throwaway import throwaway_servers


def bench(name: str, arguments: list[str]) -> int:
    """Run the bench of this name and return its exit code.

    Raises:
        LauncherError: if there is none.

    """
    names = sorted(path.stem for path in (ROOT / "treatywatch" / "bench").glob("[!_]*.py"))
    if name not in names:
        raise LauncherError(f"There is no bench “{name}”; there is: {', '.join(names) or 'none yet'}.")
    ensure_environment(DEVELOPMENT)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with throwaway_servers("bench") as servers:
        say("Measuring …")
        migrate = [str(PYTHON), "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(migrate, env=servers.environment, cwd=ROOT, check=True)
        command = [str(PYTHON), "-m", f"treatywatch.bench.{name}", *arguments]
        return subprocess.run(command, env=servers.environment, cwd=ROOT, check=False).returncode
