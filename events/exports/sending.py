"""How an export leaves: a short one whole, so that it can be kept and asked about; a long one while it is made."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from itertools import chain, islice
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, TypeVar, cast

from django.db import models, transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _

from treaties.as_known import as_known
from treaties.limited import limited

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator
    from datetime import datetime

    from django.db.models import QuerySet

Row = TypeVar("Row", bound=models.Model)
# Up to this many pieces are sent whole.
_SENT_WHOLE = 1000
_FETCHED_AT_ONCE = 500
# As long as its reader takes, a long export holds a thread of the web process, a connection and a snapshot of the
# record. Some slow readers must not leave nobody to make pages.
_PLACES = BoundedSemaphore(4)


class BusyError(Exception):
    """So many long exports leave this process that one more has to wait; the message says it to the reader."""


def fetched(rows: QuerySet[Row]) -> Iterator[Row]:
    """Yield the rows as one snapshot of the record has them, some hundreds at a time.

    The transaction lasts until the last row is fetched: outside of one the database would put all rows aside first.
    """
    with transaction.atomic():
        yield from rows.iterator(chunk_size=_FETCHED_AT_ONCE)


@dataclass(frozen=True)
class Leaving:
    """An export about to leave; its pieces are made only after the view that put it together has ended.

    `file_name` is the name under which a browser saves it, and `known_at` the instant whose record the pieces tell of,
    None for the present: they enter it by themselves, since they may be read for minutes after the view.
    """

    pieces: Iterable[str]
    content_type: str
    file_name: str = ""
    known_at: datetime | None = None

    def response(self) -> HttpResponse:
        """Return the response that carries the pieces.

        Raises:
            BusyError: if it is long, and enough long ones are leaving.

        """
        response = _response(self._told(), self.content_type)
        if self.file_name:
            response["Content-Disposition"] = f'attachment; filename="{self.file_name}"'
        return response

    def _told(self) -> Generator[str]:
        with limited(), as_known(self.known_at) if self.known_at else nullcontext():
            yield from self.pieces


def _response(pieces: Generator[str], content_type: str) -> HttpResponse:
    first = list(islice(pieces, _SENT_WHOLE))
    rest = next(pieces, None)
    if rest is None:
        return HttpResponse("".join(first), content_type=content_type)
    try:
        long = _Long(chain(first, [rest], pieces))
    except BusyError:
        # The refusal is written in the present, and holds no snapshot.
        pieces.close()
        raise
    return cast("HttpResponse", StreamingHttpResponse(long, content_type=content_type))


class _Long:
    """The pieces of a long export, which has one of the few places until it is read to its end or closed."""

    def __init__(self, pieces: Iterator[str]) -> None:
        if not _PLACES.acquire(blocking=False):
            raise BusyError(
                _("Several long lists are being taken along just now. Try again in a minute, or narrow this one down.")
            )
        self._pieces: Iterator[str] | None = pieces

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._pieces is None:
            raise StopIteration
        try:
            return next(self._pieces)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Give the place back, and with the pieces the snapshot; Django calls this when the reader has gone."""
        if self._pieces is not None:
            self._pieces = None
            _PLACES.release()
