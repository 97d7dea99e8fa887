"""Where kept pages lie: in this process, and in Valkey for the other processes and hosts."""

from __future__ import annotations

import gzip
import logging
import time
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING

from django.core.cache import cache
from redis.exceptions import RedisError

if TYPE_CHECKING:
    from collections.abc import Iterable

Headers = list[tuple[str, str]]

log = logging.getLogger(__name__)

_KEPT_SECONDS = 86_400
_MOST_BYTES_HERE = 64_000_000
_PAUSE_SECONDS = 5.0
# Not worth it below; above, one page would crowd out many.
_WORTH_COMPRESSING, _LARGEST = 200, 2_000_000
# A quarter quicker than the usual 6 for two per cent more bytes: the first reader of a page waits for it.
_LEVEL = 5
_TOLD_AGAIN = {"cache-control", "etag", "vary"}
_ABOUT_THE_BODY = {"content-length", "content-encoding", "etag"}


@dataclass(frozen=True)
class Page:
    """A response as it is kept: compressed, with everything said about it prepared."""

    etag: str
    headers: Headers
    body: bytes
    is_compressed: bool
    length: int

    @cached_property
    def packed_headers(self) -> Headers:
        """Return what is said to a reader who takes the body as it is kept."""
        coding = [("Content-Encoding", "gzip")] if self.is_compressed else []
        return [*self.headers, *coding, ("Content-Length", str(len(self.body)))]

    @cached_property
    def known_headers(self) -> Headers:
        """Return what is said to a reader who has the page already (RFC 9110, 15.4.5)."""
        return [(name, value) for name, value in self.headers if name.lower() in _TOLD_AGAIN]

    def plain_body(self) -> bytes:
        """Return the body for a reader who takes no gzip."""
        return gzip.decompress(self.body)


def page_of(headers: Headers, body: bytes) -> Page | None:
    """Return the page to keep; None if it is too large."""
    is_packed_already = any(name.lower() == "content-type" and value.startswith("image/png") for name, value in headers)
    is_worth_it = len(body) > _WORTH_COMPRESSING and not is_packed_already
    packed = gzip.compress(body, _LEVEL, mtime=0) if is_worth_it else body
    if len(packed) > _LARGEST:
        return None
    # Weak, because the compressed and the plain form share it; of the body alone, so that a page which an edit
    # elsewhere left as it was is still known to the reader.
    etag = f'W/"{sha256(body).hexdigest()[:24]}"'
    kept = [(name, value) for name, value in headers if name.lower() not in _ABOUT_THE_BODY]
    return Page(etag, [*kept, ("ETag", etag)], packed, packed is not body, len(body))


class Shelf:
    """Pages of one edition in memory, before those in Valkey; without Valkey it is only slower."""

    def __init__(self) -> None:
        self._edition = ""
        self._pages: dict[tuple[str, ...], Page] = {}
        self._bytes = 0
        self._silent_until = 0.0

    def get(self, edition: str, key: tuple[str, ...]) -> Page | None:
        """Return the page kept under this key in this edition."""
        page = self._pages.get(key) if edition == self._edition else None
        if page is None:
            page = self._fetch(edition, key)
            if page is not None:
                self._keep_here(edition, key, page)
        return page

    def put(self, edition: str, key: tuple[str, ...], page: Page) -> None:
        """Keep a page."""
        self._keep_here(edition, key, page)
        if time.monotonic() >= self._silent_until:
            try:
                cache.set(_name(edition, key), page, _KEPT_SECONDS)
            except (RedisError, OSError) as error:
                self._leave_alone(error)

    def _keep_here(self, edition: str, key: tuple[str, ...], page: Page) -> None:
        if edition != self._edition or self._bytes + len(page.body) > _MOST_BYTES_HERE:
            # A new dictionary, because another thread may be reading the old one.
            self._pages, self._bytes, self._edition = {}, 0, edition
        self._pages[key] = page
        self._bytes += len(page.body)

    def _fetch(self, edition: str, key: tuple[str, ...]) -> Page | None:
        if time.monotonic() < self._silent_until:
            return None
        try:
            found = cache.get(_name(edition, key))
        except (RedisError, OSError) as error:
            self._leave_alone(error)
            return None
        return found if isinstance(found, Page) else None

    def _leave_alone(self, error: Exception) -> None:
        log.warning("Valkey does not answer; pages are made anew meanwhile: %s", error)
        self._silent_until = time.monotonic() + _PAUSE_SECONDS


def _name(edition: str, key: Iterable[str]) -> str:
    return "page:" + sha256("\n".join((edition, *key)).encode()).hexdigest()
