"""The filters of lists of events and statements: which they are, and what they keep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from events.concerning import concerned
from events.models import Event, Statement
from events.paging import NEWEST_FIRST, Order, is_long
from events.parameters import (
    Asked,
    Choice,
    Choices,
    Day,
    FilterError,
    Named,
    Parameter,
    all_parties,
    published_treaties,
    read,
    span_of,
)
from events.saying import Finder, too_short
from events.timeline import GROUP_LABELS, kinds_of
from treaties.models import Official, Party, Treaty

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import QueryDict

    from events.querysets import EventQuerySet

__all__ = ["FilterError", "TimelineFilters", "read_filters", "read_statement_filters"]

ORDERS = {"new": _("Newest first"), "old": _("Oldest first")}
_ORDER = Choice("order", choices=ORDERS, default="new")
_DATES = (Day("from", _("From")), Day("to", _("To")))
_PARTY = Named("party", _("Party"), rows=all_parties)
_TEXT = Parameter("q", _("Text"))
TIMELINE = (Choices("kind", choices=GROUP_LABELS), _PARTY, _TEXT, *_DATES, _ORDER)
STATEMENTS = (
    Choices("stance", choices=dict(Statement.Stance.choices)),
    Named("speaker", _("Speaker"), rows=lambda: Official.objects),
    _PARTY,
    Named("target", _("On"), rows=all_parties),
    Named("treaty", _("Treaty"), rows=published_treaties),
    _TEXT,
    *_DATES,
    _ORDER,
)
SEEN_FROM = ("page", "after", "show", "as_of", "known")


@dataclass(frozen=True)
class TimelineFilters:
    """What a reader asked of a list of events; the defaults show everything, newest first."""

    asked: Asked
    keepers: Mapping[str, Any]

    @property
    def groups(self) -> tuple[str, ...]:
        """Return the chosen groups of kinds."""
        return self._value("kind", ())

    @property
    def party(self) -> Party | None:
        """Return the chosen party."""
        return self._value("party", None)

    @property
    def text(self) -> str:
        """Return the words to find."""
        return self._value("q", "")

    @property
    def since(self) -> str:
        """Return the first date asked for, as it was written."""
        return self._value("from", "")

    @property
    def until(self) -> str:
        """Return the last date asked for, as it was written."""
        return self._value("to", "")

    @property
    def order(self) -> str:
        """Return "new" or "old"."""
        return self.asked["order"]

    @property
    def list_order(self) -> Order:
        """Return the order asked for, as a list stands in it."""
        return _order_of(self.asked)

    @property
    def is_active(self) -> bool:
        """Say whether anything is filtered out."""
        return self.asked.is_active

    @property
    def is_read_in_part(self) -> bool:
        """Say whether what was kept so far is only what the beginning of a long list says of a short text."""
        return bool(self.keepers["q"].has_read_a_part)

    @property
    def why_in_part(self) -> str:
        """Return the sentence that says so to the reader."""
        return too_short(self.text)

    def query(self, **changes: str) -> str:
        """Return the canonical query string, with changes; defaults are left out."""
        return self.asked.query(**changes)

    def without(self, *names: str) -> TimelineFilters:
        """Return the same filters without some of them: what a facet counts."""
        return TimelineFilters(self.asked.without(*names), self.keepers)

    def read_along(self, order: Order) -> TimelineFilters:
        """Return the same filters for a list in another order, in which other entries come first."""
        return TimelineFilters(self.asked, {**self.keepers, "q": Finder(order)})

    def narrow(self, events: EventQuerySet) -> EventQuerySet:
        """Return the events that pass, in no other order than they came."""
        for name, keep in self.keepers.items():
            value = self._value(name, None)
            if value:
                events = keep(events, value)
        if self.since and self.until:
            return events.between(span_of(self.since)[0], span_of(self.until)[1])
        return events

    def arrange(self, events: EventQuerySet) -> EventQuerySet:
        """Return the events that pass, in the order asked for."""
        events = self.narrow(events)
        return self.list_order.arrange(events, is_long=is_long(events))

    def _value(self, name: str, default: Any) -> Any:
        return self.asked.values.get(name, default)


def _in_groups(events: EventQuerySet, groups: tuple[str, ...]) -> EventQuerySet:
    return events.filter(kind__in=[kind for group in groups for kind in kinds_of(group)])


def _aimed_at(events: EventQuerySet, party: Party) -> EventQuerySet:
    links = Statement.targets.through.objects.filter(statement=OuterRef("pk"), party=party)
    return events.filter(Exists(links))


def _under(events: EventQuerySet, treaty: Treaty) -> EventQuerySet:
    return events.filter(Exists(Event.treaties.through.objects.filter(event=OuterRef("pk"), treaty=treaty)))


_KEEPERS: dict[str, Any] = {
    "kind": _in_groups,
    "stance": lambda events, stances: events.filter(statement__stance__in=stances),
    "speaker": lambda events, official: events.filter(statement__speaker=official),
    "party": concerned,
    "target": _aimed_at,
    "treaty": _under,
    "from": lambda events, text: events.filter(latest__gte=span_of(text)[0]),
    "to": lambda events, text: events.filter(earliest__lte=span_of(text)[1]),
}
_SPOKEN = _KEEPERS | {"party": lambda events, party: events.filter(actor=party)}


def read_filters(query: QueryDict) -> TimelineFilters:
    """Return the filters of a timeline that an address names.

    Raises:
        FilterError: for a parameter or value that cannot be read.

    """
    return _filters(query, TIMELINE, _KEEPERS)


def read_statement_filters(query: QueryDict) -> TimelineFilters:
    """Return the filters of the list of statements that an address names; there a party is the one that speaks.

    Raises:
        FilterError: for a parameter or value that cannot be read.

    """
    return _filters(query, STATEMENTS, _SPOKEN)


def _filters(query: QueryDict, parameters: tuple[Parameter, ...], keepers: Mapping[str, Any]) -> TimelineFilters:
    asked = read(query, parameters, view=SEEN_FROM)
    # Last, because how a text is looked for depends on how much the others leave.
    return TimelineFilters(asked, {**keepers, "q": Finder(_order_of(asked))})


def _order_of(asked: Asked) -> Order:
    return NEWEST_FIRST if asked["order"] == "new" else NEWEST_FIRST.reverse()
