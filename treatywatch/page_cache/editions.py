"""The edition under which pages are kept: it changes when the record, the day, or the program changes."""

from __future__ import annotations

import hashlib
import threading
import time
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from events.clocks import today_in
from events.generation import generation, zones_in_use

if TYPE_CHECKING:
    from collections.abc import Iterator

# An edition once read is believed for this long. Whoever changes something through the site is answered only after
# as long again (`wait_until_seen`), so that nobody who knows of a change is shown the page from before it.
BELIEVED_SECONDS = 0.001
_FOLDERS = ("templates", "treaties", "events", "alerts", "treatywatch")
_SUFFIXES = {".py", ".html", ".txt", ".xml", ".svg", ".mo"}


def wait_until_seen() -> None:
    """Wait until every web process has to ask for the edition again."""
    time.sleep(BELIEVED_SECONDS)


class Editions:
    """Reads the edition from the database, at most once in `believed` seconds in each thread."""

    def __init__(self, believed: float = BELIEVED_SECONDS) -> None:
        self._believed = believed
        self._local = threading.local()

    def current(self) -> str:
        """Return the edition as of now.

        Raises:
            OperationalError, InterfaceError: if the database does not answer.

        """
        began = time.monotonic()
        if began - getattr(self._local, "read_at", float("-inf")) < self._believed:
            return str(self._local.edition)
        edition = self._read()
        self._local.read_at, self._local.edition = began, edition
        return edition

    def _read(self) -> str:
        number = _generation()
        if getattr(self._local, "number", None) != number:
            # The zones belong to the generation, not the other way round: read after it, they are at least as new.
            self._local.zones, self._local.number = zones_in_use(), number
        now = timezone.now()
        days = ",".join(today_in(zone, now).isoformat() for zone in self._local.zones)
        return f"{number}/{days}/{release()}"


def _generation() -> str:
    if connection.close_at is not None and time.monotonic() >= connection.close_at:
        connection.close()
    try:
        return generation()
    except (OperationalError, InterfaceError):
        # A connection that the server has closed meanwhile; a server that is down raises again.
        connection.close()
        return generation()


@lru_cache(maxsize=1)
def release() -> str:
    """Return a name for the program, templates and static files that run: a new release keeps no old page."""
    digest = hashlib.sha256()
    for path in _program_files():
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _program_files() -> Iterator[Path]:
    for folder in _FOLDERS:
        yield from sorted(path for path in (settings.BASE_DIR / folder).rglob("*") if path.suffix in _SUFFIXES)
    # Names the static files by their content.
    manifest = Path(str(settings.STATIC_ROOT)) / "staticfiles.json"
    if manifest.exists():
        yield manifest
