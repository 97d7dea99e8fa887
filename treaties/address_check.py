"""Whether the addresses of sources still answer; asks the network only when an operator asks for it."""

from __future__ import annotations

import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from treaties.models import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

_AT_ONCE = 8
_SECONDS = 20
_AGENT = "TreatyWatch source check"
# Pages that refuse programs, or are asked too often, are not dead: a person can still read them.
_ALIVE_ALL_THE_SAME = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS}
_NO_HEAD = {HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_IMPLEMENTED}


@dataclass(frozen=True)
class Answer:
    """What an address answered: `fault` is empty if a page is there; `is_network` says that its host is not known."""

    source: Source
    fault: str
    is_network: bool = False


def check_addresses(sources: Iterable[Source], *, at: datetime) -> Iterator[Answer]:
    """Ask each address once, some at a time, and note each answer on its source as it comes.

    Where the network itself is missing nothing is noted: that says nothing about the address. May be interrupted; what
    has been noted stays.
    """
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        asked = {pool.submit(_ask, source): source for source in sources}
        try:
            for future in as_completed(asked):
                answer = future.result()
                if not answer.is_network:
                    Source.objects.filter(pk=answer.source.pk).update(
                        address_checked_at=at, address_fault=answer.fault[:200]
                    )
                yield answer
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _ask(source: Source) -> Answer:
    if urlsplit(source.url).scheme not in {"http", "https"}:
        return Answer(source, "is no address of a page")
    try:
        return Answer(source, _fault_of(source.url))
    except urllib.error.URLError as error:
        is_network = isinstance(error.reason, OSError) and "name" in str(error.reason).lower()
        return Answer(source, f"cannot be reached: {error.reason}", is_network)
    except (OSError, ValueError) as error:
        return Answer(source, f"cannot be reached: {error}")


def _fault_of(url: str) -> str:
    """Return "" if a page is there, else what the server says; asks for the head only where the server allows it."""
    for method in ("HEAD", "GET"):
        request = urllib.request.Request(url, method=method, headers={"User-Agent": _AGENT})  # noqa: S310 - scheme checked
        try:
            with urllib.request.urlopen(request, timeout=_SECONDS):  # noqa: S310 - scheme checked
                return ""
        except urllib.error.HTTPError as error:
            if error.code in _ALIVE_ALL_THE_SAME:
                return ""
            if method == "GET" or error.code not in _NO_HEAD:
                return f"answers {error.code} {error.reason}"
    return ""
