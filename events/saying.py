"""Events in whose words a text occurs: found by an index, or by reading, whichever answers sooner.

A text may be any part of a title, a summary or a quotation, also of the middle of a word. Where the other filters leave
a short list, its words are read. Of a long one that would take seconds; there, indexes of every three neighbouring
letters tell where the text occurs, and the events are fetched by their keys. Where it occurs very often, the newest
hundred are found sooner by reading after all. Of one or two letters the indexes know nothing: such a text is looked for
in the beginning of a long list only, and whoever asked is told so.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.utils.translation import gettext as _

from events.models import Event, Statement
from events.paging import is_long
from treaties.compiled import array_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from events.paging import Order
    from events.querysets import EventQuerySet

# The index knows nothing of a text with fewer.
_LETTERS = 3
# In a million events; what occurs more often is met with soon by whoever reads.
_GATHERED_AT_MOST = 50_000
READ_AT_MOST = 10_000
_COMMON = 4


def saying(events: EventQuerySet, text: str) -> EventQuerySet:
    """Keep the events whose title, summary or quotation contains the text, without regard to case."""
    return events.filter(_said(text))


class Finder:
    """Keeps the same as `saying`, but of a long list and a short text: then what is among the first in the order.

    What it has found it does not look for again. `has_read_a_part` says that the rest of some list was not looked at.
    """

    def __init__(self, order: Order) -> None:
        self._order = order
        self._found: dict[str, list[int] | None] = {}
        self._read: dict[tuple[str, str], list[int] | None] = {}

    @property
    def has_read_a_part(self) -> bool:
        """Say whether a list was so long, and the text so short, that only the list's beginning was read."""
        return any(keys is not None for keys in self._read.values())

    def __call__(self, events: EventQuerySet, text: str) -> EventQuerySet:
        """Keep the events in whose words the text occurs."""
        if text not in self._found and is_long(events):
            if len(text) < _LETTERS:
                keys = self._among_the_first(events, text)
                return saying(events, text) if keys is None else events.filter(pk__any=array_of(keys))
            self._found[text] = _found_by_index(text)
        keys = self._found.get(text)
        return saying(events, text) if keys is None else events.filter(pk__any=array_of(keys))

    def _among_the_first(self, events: EventQuerySet, text: str) -> list[int] | None:
        """Return the keys of those of the first in whose words the text occurs; None if it does in every fourth."""
        # Of another list, such as the one that a facet counts, others come first.
        asked = text, str(events.query)
        if asked not in self._read:
            says = ExpressionWrapper(_said(text), output_field=BooleanField())
            first = self._order.arrange(events, is_long=True).annotate(says=says).values_list("pk", "says")
            keys = [key for key, says_it in first[:READ_AT_MOST] if says_it]
            # What is as common as that is met with soon by whoever reads on.
            self._read[asked] = keys if len(keys) < READ_AT_MOST // _COMMON else None
        return self._read[asked]


def too_short(text: str) -> str:
    """Return the sentence that tells where so short a text was looked for."""
    sentence = _(
        "“%(text)s” was looked for in the first %(number)s entries of this list only, being so short. Write three "
        "letters or more to look in all of them, or narrow the list down."
    )
    return sentence % {"text": text, "number": intcomma(READ_AT_MOST)}


def _found_by_index(text: str) -> list[int] | None:
    """Return the keys of all events in which the text occurs; None if it is read for, being too common."""
    told = Event.objects.filter(_told(text)).order_by().values_list("pk", flat=True)
    quoted = Statement.objects.filter(quotation__icontains=text).order_by().values_list("pk", flat=True)
    # The database's guess saves collecting what is then not used; where it is wrong, the keys themselves tell.
    if max(_expected(told), _expected(quoted)) > _GATHERED_AT_MOST:
        return None
    keys = {*told[: _GATHERED_AT_MOST + 1], *quoted[: _GATHERED_AT_MOST + 1]}
    return list(keys) if len(keys) <= _GATHERED_AT_MOST else None


def _expected(rows: QuerySet[Any]) -> int:
    return int(json.loads(rows.explain(format="json"))[0]["Plan"]["Plan Rows"])


def _said(text: str) -> Q:
    return _told(text) | Q(statement__quotation__icontains=text)


def _told(text: str) -> Q:
    return Q(title__icontains=text) | Q(summary__icontains=text)
