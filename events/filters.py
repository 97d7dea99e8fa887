"""The filters of a timeline, read from its address: wrong values are refused in words, never ignored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.db.models import Q
from django.utils.translation import gettext as _

from events.dates import DateError, span
from events.timeline import GROUP_LABELS, kinds_of
from treaties.models import Party

if TYPE_CHECKING:
    from datetime import date

    from django.http import QueryDict

    from events.querysets import EventQuerySet

ORDERS = ("new", "old")


class FilterError(ValueError):
    """A filter that cannot be read; the message says which, and what to write."""


@dataclass(frozen=True)
class TimelineFilters:
    """What a reader asked for; the defaults show everything, newest first."""

    groups: tuple[str, ...] = ()
    party: Party | None = None
    text: str = ""
    since: str = ""
    until: str = ""
    order: str = "new"

    @property
    def is_active(self) -> bool:
        """Say whether anything is filtered out."""
        return bool(self.groups or self.party or self.text or self.since or self.until)

    def query(self, **changes: str) -> str:
        """Return the canonical query string, with changes; defaults are left out."""
        pairs = [("kind", group) for group in self.groups]
        pairs += [("party", self.party.slug)] if self.party else []
        pairs += [("q", self.text), ("from", self.since), ("to", self.until)]
        pairs += [("order", changes.get("order", self.order if self.order != "new" else ""))]
        pairs += [(name, value) for name, value in changes.items() if name != "order"]
        return urlencode([pair for pair in pairs if pair[1]])

    def apply(self, events: EventQuerySet) -> EventQuerySet:
        """Return the events that pass, in the order asked for."""
        if self.groups:
            events = events.filter(kind__in=[kind for group in self.groups for kind in kinds_of(group)])
        if self.party:
            events = events.concerning(self.party)
        if self.text:
            events = events.filter(_says(self.text))
        if self.since:
            events = events.filter(latest__gte=span(self.since)[0])
        if self.until:
            events = events.filter(earliest__lte=span(self.until)[1])
        return events.order_by("earliest", "latest", "pk") if self.order == "old" else events


def _says(text: str) -> Q:
    return Q(title__icontains=text) | Q(summary__icontains=text) | Q(statement__quotation__icontains=text)


def read_filters(query: QueryDict) -> TimelineFilters:
    """Return the filters that an address names.

    Raises:
        FilterError: for an unknown kind or party, a date that is none, an order that does not exist.

    """
    groups = tuple(query.getlist("kind"))
    for group in groups:
        if group not in GROUP_LABELS:
            sentence = _("There is no kind “%(kind)s”; choose from %(kinds)s.")
            raise FilterError(sentence % {"kind": group, "kinds": ", ".join(GROUP_LABELS)})
    order = query.get("order") or "new"
    if order not in ORDERS:
        raise FilterError(_("There is no order “%(order)s”; choose new or old.") % {"order": order})
    since, until = _day(query.get("from", "")), _day(query.get("to", ""))
    _refuse_backwards(since, until)
    return TimelineFilters(groups, _party(query.get("party", "")), query.get("q", "").strip(), since, until, order)


def _party(slug: str) -> Party | None:
    if not slug:
        return None
    party = Party.objects.filter(slug=slug).first()
    if party is None:
        raise FilterError(_("There is no party “%(name)s” on record.") % {"name": slug})
    return party


def _day(text: str) -> str:
    text = text.strip()
    if text:
        _span(text)
    return text


def _span(text: str) -> tuple[date, date]:
    try:
        return span(text)
    except DateError as error:
        raise FilterError(str(error)) from error


def _refuse_backwards(since: str, until: str) -> None:
    if since and until and _span(since)[0] > _span(until)[1]:
        raise FilterError(_("“From %(since)s” comes after “to %(until)s”.") % {"since": since, "until": until})
