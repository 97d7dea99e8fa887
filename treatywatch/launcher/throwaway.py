"""Servers for one run of tests, checks or benches: fresh, private, and gone afterwards."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from treatywatch.launcher.places import run_directory
from treatywatch.launcher.postgres import remove_home
from treatywatch.launcher.servers import Servers

if TYPE_CHECKING:
    from collections.abc import Iterator

# Whatever servers the caller's environment names, a throwaway run uses its own.
_NAMED = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SECRET_KEY", "PUBLIC_URL")


@contextmanager
def throwaway_servers(purpose: str) -> Iterator[Servers]:
    """Start fresh servers for `purpose` (a word for the directory's name) and leave nothing behind."""
    home = Path(tempfile.mkdtemp(prefix=f"{purpose}-", dir=run_directory()))
    servers = Servers()
    for name in _NAMED:
        servers.environment.pop(name, None)
    try:
        servers.start(home, throwaway=True)
        (home / "static").mkdir()
        servers.environment |= {
            "TW_EMBEDDED": "1",
            "EMAIL_URL": "smtp://127.0.0.1:9",
            "STATIC_ROOT": str(home / "static"),
        }
        yield servers
    finally:
        servers.stop()
        remove_home(home / "postgres")
        shutil.rmtree(home, ignore_errors=True)
