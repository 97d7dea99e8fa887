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
BELIEVED_SECONDS = 0.005
_FOLDERS = ("templates", "treaties", "events", "alerts", "treatywatch", "static")
_SUFFIXES = {".py", ".html", ".txt", ".xml", ".svg", ".mo", ".css", ".js"}


def wait_until_seen() -> None:
    """Wait until every web process has to ask for the edition again."""
    time.sleep(BELIEVED_SECONDS)


class Editions:
    """Reads the edition from the database, at most once in `believed` seconds; all threads share what one has read."""

    def __init__(self, believed: float = BELIEVED_SECONDS) -> None:
        self._believed = believed
        # Each replaced as a whole, so that no thread sees one half of it.
        self._read: tuple[float, str] = (float("-inf"), "")
        self._zones: tuple[str, list[str]] = ("", [])
        self._asking = threading.Lock()

    def current(self) -> str:
        """Return the edition as of now.

        Raises:
            OperationalError, InterfaceError: if the database does not answer.

        """
        began = time.monotonic()
        read_at, edition = self._read
        return edition if began - read_at < self._believed else self._read_once(began)

    def _read_once(self, began: float) -> str:
        # One thread asks, the others wait for its answer instead of asking all at once.
        with self._asking:
            read_at, edition = self._read
            if began - read_at >= self._believed:
                # Timed from before the question: what is committed while it is asked may be missing from the answer.
                began = time.monotonic()
                edition = self._ask()
                self._read = (began, edition)
            return edition

    def _ask(self) -> str:
        number = _generation()
        known_for, zones = self._zones
        if known_for != number:
            # Read after the generation that they are kept for, so that they are at least as new.
            zones = zones_in_use()
            self._zones = (number, zones)
        now = timezone.now()
        days = ",".join(today_in(zone, now).isoformat() for zone in zones)
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
