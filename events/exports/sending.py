"""How an export leaves: a short one whole, so that it can be kept and asked about; a long one while it is made."""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING, TypeVar, cast

from django.db import models, transaction
from django.http import HttpResponse, StreamingHttpResponse

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from django.db.models import QuerySet

Row = TypeVar("Row", bound=models.Model)
# Up to this many pieces are sent whole.
_SENT_WHOLE = 1000
_FETCHED_AT_ONCE = 500


def fetched(rows: QuerySet[Row]) -> Iterator[Row]:
    """Yield the rows as one snapshot of the record has them, some hundreds at a time.

    The transaction lasts until the last row is fetched: outside of one the database would put all rows aside first.
    """
    with transaction.atomic():
        yield from rows.iterator(chunk_size=_FETCHED_AT_ONCE)


def sent(pieces: Iterable[str], content_type: str, *, file_name: str = "", whole: bool = False) -> HttpResponse:
    """Return the response that carries the pieces; `file_name` is the name under which a browser saves them.

    `whole` is for what must be read to its end within the request, as history must be.
    """
    response = _response(iter(pieces), content_type, whole=whole)
    if file_name:
        response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response


def _response(pieces: Iterator[str], content_type: str, *, whole: bool) -> HttpResponse:
    first = list(pieces if whole else islice(pieces, _SENT_WHOLE))
    rest = next(pieces, None)
    if rest is None:
        return HttpResponse("".join(first), content_type=content_type)
    return cast("HttpResponse", StreamingHttpResponse(_all(first, rest, pieces), content_type=content_type))


def _all(first: list[str], rest: str, pieces: Iterator[str]) -> Generator[str, None, None]:
    """Yield everything; who closes this generator, as Django does when the reader has gone, ends the pieces too."""
    yield from chain(first, [rest])
    yield from pieces
