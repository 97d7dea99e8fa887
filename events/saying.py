"""Events in whose words a text occurs: found by an index, or by reading, whichever answers sooner.

A text may be any part of a title, a summary or a quotation, also of the middle of a word. Where the other filters leave
a short list, its words are read. Of a long one that would take seconds; there, indexes of every three neighbouring
letters tell where the text occurs, and the events are fetched by their keys. Where it occurs very often, the newest
hundred are found sooner by reading after all.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from events.models import Event, Statement
from events.paging import is_long
from treaties.compiled import array_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet

    from events.querysets import EventQuerySet

# The index knows nothing of a text with fewer.
_LETTERS = 3
# In a million events; what occurs more often is met with soon by whoever reads.
_GATHERED_AT_MOST = 50_000


def saying(events: EventQuerySet, text: str) -> EventQuerySet:
    """Keep the events whose title, summary or quotation contains the text, without regard to case."""
    return events.filter(_told(text) | Q(statement__quotation__icontains=text))


def finder() -> Callable[[EventQuerySet, str], EventQuerySet]:
    """Return what keeps the same as `saying`; what it has found, it does not look for again."""
    found: dict[str, list[int] | None] = {}

    def keep(events: EventQuerySet, text: str) -> EventQuerySet:
        if text not in found and is_long(events):
            found[text] = _found_by_index(text)
        keys = found.get(text)
        return saying(events, text) if keys is None else events.filter(pk__any=array_of(keys))

    return keep


def _found_by_index(text: str) -> list[int] | None:
    """Return the keys of all events in which the text occurs; None if it is read for, being too short or too common."""
    if len(text) < _LETTERS:
        return None
    told = Event.objects.filter(_told(text)).order_by().values_list("pk", flat=True)
    quoted = Statement.objects.filter(quotation__icontains=text).order_by().values_list("pk", flat=True)
    # The database's guess saves collecting what is then not used; where it is wrong, the keys themselves tell.
    if max(_expected(told), _expected(quoted)) > _GATHERED_AT_MOST:
        return None
    keys = {*told[: _GATHERED_AT_MOST + 1], *quoted[: _GATHERED_AT_MOST + 1]}
    return list(keys) if len(keys) <= _GATHERED_AT_MOST else None


def _expected(rows: QuerySet[Any]) -> int:
    return int(json.loads(rows.explain(format="json"))[0]["Plan"]["Plan Rows"])


def _told(text: str) -> Q:
    return Q(title__icontains=text) | Q(summary__icontains=text)
