"""What an answer of the application costs: its time, its questions, and what the database and this process hold."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import psutil
from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.test import Client

# The size of a page of PostgreSQL, as it is built by everybody, in MB.
_BUFFER = 8 / 1024
_MEGABYTE = 2**20
# The memory of the process is looked at after so many pieces of an export.
_LOOKED_AT_EACH = 50


class Cost(NamedTuple):
    """What a step costs.

    `first` and `whole` are milliseconds to the first byte and to the last; `slowest` those of the slowest question.
    `buffers` are MB of pages that the database has looked at, `memory` MB by which the process grew meanwhile.
    An answer that `is_cut` was not read to its end: it was long, and the time for it was up.
    """

    status: int
    bytes: int
    first: float
    whole: float
    questions: int
    slowest: float
    buffers: float
    memory: float
    is_cut: bool = False


class Body(NamedTuple):
    """How an answer came: its first byte at which instant, the most memory meanwhile, and whether it was cut off."""

    status: int = 0
    length: int = 0
    first_at: float = 0.0
    memory: int = 0
    is_cut: bool = False


@dataclass
class _Questions:
    """Counts the questions to the database, and keeps the milliseconds of the slowest."""

    number: int = 0
    slowest: float = 0.0

    def __call__(self, execute: Callable[..., Any], *asked: Any) -> Any:
        """Ask one question."""
        began = time.perf_counter()
        try:
            return execute(*asked)
        finally:
            self.number += 1
            self.slowest = max(self.slowest, (time.perf_counter() - began) * 1000)


def cost_of(step: Callable[[], Body]) -> Cost:
    """Take the step once and return what it cost."""
    questions, process, buffers = _Questions(), psutil.Process(), _buffers()
    memory = process.memory_info().rss
    with connection.execute_wrapper(questions):
        began = time.perf_counter()
        body = step()
        ended = time.perf_counter()
    grown = max(process.memory_info().rss, body.memory) - memory
    return Cost(
        status=body.status,
        bytes=body.length,
        first=((body.first_at or ended) - began) * 1000,
        whole=(ended - began) * 1000,
        questions=questions.number,
        slowest=questions.slowest,
        buffers=(_buffers() - buffers) * _BUFFER,
        memory=max(grown, 0) / _MEGABYTE,
        is_cut=body.is_cut,
    )


def done(step: Callable[[], None]) -> Body:
    """Take a step that answers nothing."""
    step()
    return Body()


def read(client: Client, address: str, *, longest: float) -> Body:
    """Ask for the address and read the answer: to its end, or for so many seconds if it is a long export."""
    began = time.perf_counter()
    response = client.get(address)
    try:
        if not response.streaming:
            return Body(response.status_code, len(response.content))
        return _read_pieces(response.status_code, iter(response.streaming_content), began + longest)  # type: ignore[attr-defined]
    finally:
        response.close()


def _read_pieces(status: int, pieces: Iterator[bytes], until: float) -> Body:
    length, memory, process = len(next(pieces, b"")), 0, psutil.Process()
    first_at = time.perf_counter()
    for number, piece in enumerate(pieces):
        length += len(piece)
        if number % _LOOKED_AT_EACH == 0:
            memory = max(memory, process.memory_info().rss)
            if time.perf_counter() > until:
                return Body(status, length, first_at, memory, is_cut=True)
    return Body(status, length, first_at, memory)


def _buffers() -> int:
    """Return how many pages the database has looked at so far, for whomever; nobody else asks it in a bench."""
    with connection.cursor() as cursor:
        # What a session has counted it tells in its own time, unless it is asked to, and then after the transaction.
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT blks_hit + blks_read FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])
