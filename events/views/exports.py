"""What the pages show, for programs: the page's address and filters, with .csv, .json, .atom or .ics at its end."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from events import change_log, party_list, treaty_list
from events.agenda import PARAMETERS, narrowed
from events.calendar_entries import calendar_feed
from events.clock_cards import cards
from events.concerning import concerned
from events.exports import feeds
from events.exports.clocks import latest_changed, passing, public_deadlines, seen
from events.exports.documents import document
from events.exports.export import Export, public_address
from events.exports.rows import (
    CHANGE_COLUMNS,
    DEADLINE_COLUMNS,
    EVENT_COLUMNS,
    PARTY_COLUMNS,
    STANDING_COLUMNS,
    TREATY_COLUMNS,
    change_row,
    deadline_row,
    event_row,
    party_row,
    standing_row,
    treaty_row,
)
from events.exports.sending import Leaving, fetched
from events.exports.tables import table
from events.filters import read_filters, read_statement_filters
from events.matrix import PARAMETERS as MATRIX_PARAMETERS
from events.matrix import ROWS, parties_asked, rows_of, treaties_asked
from events.models import Event
from events.paging import LAST_CHANGED, is_long
from events.parameters import FilterError, read
from events.party_list import parties_listed
from events.treaty_status import status_of, suspending_parties
from events.views.asked import asked_viewpoint
from events.views.faults import says_what_is_wrong
from treaties.models import Party, Treaty

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date

    from events.clock_cards import ClockCard
    from events.filters import TimelineFilters
    from events.parameters import Asked
    from events.querysets import DeadlineQuerySet, EventQuerySet
    from events.viewpoint import Viewpoint
    from treaties.querysets import TreatyQuerySet

_FORMATS: dict[str, tuple[str, Callable[[Export], Iterator[str]]]] = {
    "csv": ("text/csv; charset=utf-8", table),
    "json": ("application/json", document),
}
_FETCHED_AT_ONCE = 500
# A calendar of everything begins here; what ended earlier is in the calendars of treaties and parties.
_CALENDAR_BEGINS = timedelta(days=400)


@says_what_is_wrong
def of_treaty(request: HttpRequest, slug: str, form: str) -> HttpResponse | Leaving:
    """Export a treaty's events and clocks."""
    subject = Treaty.objects.published().filter(slug=slug).first()
    if subject is None:
        raise Http404(_("There is no treaty “%(slug)s” on record.") % {"slug": slug})
    events = Event.objects.published().filter(treaties=subject)
    return _timeline(request, form, subject, events, public_deadlines().filter(provision__treaty=subject))


@says_what_is_wrong
def of_party(request: HttpRequest, slug: str, form: str) -> HttpResponse | Leaving:
    """Export what concerns a party: its acts and statements, and its clocks."""
    subject = Party.objects.filter(slug=slug).first()
    if subject is None:
        raise Http404(_("There is no party “%(slug)s” on record.") % {"slug": slug})
    events = concerned(Event.objects.published(), subject)
    return _timeline(request, form, subject, events, public_deadlines().filter(party=subject))


def _timeline(
    request: HttpRequest, form: str, subject: Treaty | Party, events: EventQuerySet, deadlines: DeadlineQuerySet
) -> HttpResponse | Leaving:
    viewpoint, filters = _asked(request), read_filters(request.GET)
    path, title = subject.get_absolute_url(), _("%(name)s: status and timeline") % {"name": subject}
    if form == "ics":
        return _calendar(request, str(subject), path, seen(passing(filters, deadlines), viewpoint), viewpoint)
    known = events.by(viewpoint.day)
    if form == "atom":
        newest = _news(filters, known)
        return _feed(request, title, path, [*newest, *_clock_news(passing(filters, deadlines), viewpoint)])
    return _events(request, form, title, path, _whole(filters, known), viewpoint)


def _news(filters: TimelineFilters, events: EventQuerySet) -> list[feeds.FeedEntry]:
    known = filters.read_along(LAST_CHANGED).narrow(events)
    changed = LAST_CHANGED.arrange(known, is_long=is_long(known)).for_timeline().with_treaties()
    return [feeds.event_entry(one) for one in changed[: feeds.MOST_ENTRIES]]


@says_what_is_wrong
def statements(request: HttpRequest, form: str) -> HttpResponse | Leaving:
    """Export the list of statements."""
    viewpoint, filters = _asked(request), read_statement_filters(request.GET)
    said = Event.objects.published().filter(statement__isnull=False).by(viewpoint.day)
    if form == "atom":
        return _feed(request, _("Statements"), reverse("statements"), _news(filters, said))
    return _events(request, form, _("Statements"), reverse("statements"), _whole(filters, said), viewpoint)


def _whole(filters: TimelineFilters, events: EventQuerySet) -> EventQuerySet:
    """Return all the events that pass, in the order asked for.

    Raises:
        FilterError: if a text is so short that a long list is read for it in part only.

    """
    passed = filters.arrange(events)
    if filters.is_read_in_part:
        raise FilterError(_("An export is always whole.") + " " + filters.why_in_part)
    return passed


@says_what_is_wrong
def deadlines(request: HttpRequest, form: str) -> HttpResponse | Leaving:
    """Export the clocks of everything, or of one treaty or party."""
    viewpoint = _asked(request)
    asked = read(request.GET, PARAMETERS, view=("as_of", "known"))
    treaty, party = asked["treaty"], asked["party"]
    known = narrowed(public_deadlines(), asked)
    # The page shows what runs; a calendar is kept, and has to drop what no longer does.
    known = known.standing(asked["state"], viewpoint.day) if "state" in request.GET else known
    if form == "ics" and not (treaty or party):
        known = known.filter(due_latest__gte=viewpoint.day - _CALENDAR_BEGINS)
    title = _("Deadlines")
    for one in (treaty, party):
        title = _("%(label)s: %(value)s") % {"label": title, "value": one} if one else title
    path = reverse("deadlines")
    if form == "atom":
        return _feed(request, title, path, _clock_news(known, viewpoint))
    clocks = seen(known, viewpoint)
    if form == "ics":
        return _calendar(request, title, path, clocks, viewpoint)
    rows = (deadline_row(one) for one in clocks)
    return _rows(
        request, form, Export(title, path, "deadlines", DEADLINE_COLUMNS, rows, **_seen_from(request, viewpoint))
    )


def _clock_news(known: DeadlineQuerySet, viewpoint: Viewpoint) -> list[feeds.FeedEntry]:
    return [feeds.clock_entry(one) for one in latest_changed(known, viewpoint, most=feeds.MOST_ENTRIES)]


@says_what_is_wrong
def treaties(request: HttpRequest, form: str) -> Leaving:
    """Export the list of treaties with their status."""
    viewpoint = _asked(request)
    asked = read(request.GET, treaty_list.PARAMETERS, view=("as_of", "known"))
    chosen = treaty_list.narrowed(treaty_list.named_like(asked["q"]), asked, viewpoint.day)
    rows = _treaty_rows(chosen, viewpoint)
    return _rows(
        request,
        form,
        Export(_("Treaties"), reverse("treaties"), "treaties", TREATY_COLUMNS, rows, **_seen_from(request, viewpoint)),
    )


def _treaty_rows(chosen: TreatyQuerySet, viewpoint: Viewpoint) -> Iterator[dict[str, Any]]:
    treaties = fetched(chosen)
    while some := list(islice(treaties, _FETCHED_AT_ONCE)):
        running = treaty_list.notices_on(viewpoint.day).with_parts()
        leaving: dict[int, list[ClockCard]] = {}
        for clock in cards(running.filter(provision__treaty__in=some), viewpoint):
            leaving.setdefault(clock.deadline.provision.treaty_id, []).append(clock)
        suspended = suspending_parties(some, viewpoint.day)
        for one in some:
            status = status_of(one, leaving.get(one.pk, []), suspended.get(one.pk, []), viewpoint.day)
            yield treaty_row(one, status)


@says_what_is_wrong
def parties(request: HttpRequest, form: str) -> Leaving:
    """Export the list of parties."""
    _asked(request)
    chosen = parties_listed(read(request.GET, party_list.PARAMETERS))
    rows = (party_row(one) for one in chosen.select_related("succeeded_by").order_by(*party_list.BY_NAME.keys))
    query = request.GET.urlencode()
    return _rows(request, form, Export(_("Parties"), reverse("parties"), "parties", PARTY_COLUMNS, rows, query))


@says_what_is_wrong
def matrix(request: HttpRequest, form: str) -> Leaving:
    """Export the matrix, of all its treaties and parties: a row for each party that has acted under a treaty."""
    viewpoint = _asked(request)
    rows = _standing_rows(read(request.GET, MATRIX_PARAMETERS, view=("as_of",)), viewpoint.day)
    title = _("Treaties and parties")
    return _rows(
        request,
        form,
        Export(title, reverse("matrix"), "standings", STANDING_COLUMNS, rows, **_seen_from(request, viewpoint)),
    )


def _standing_rows(asked: Asked, day: date) -> Iterator[dict[str, Any]]:
    across, down = list(parties_asked(asked).order_by(*party_list.BY_NAME.keys)), fetched(treaties_asked(asked))
    while some := list(islice(down, ROWS)):
        for row in rows_of(some, across, asked["state"], day):
            told = zip(across, row.cells, strict=True)
            yield from (standing_row(row.treaty, party, standing) for party, standing in told if standing)


@says_what_is_wrong
def changes(request: HttpRequest, form: str) -> HttpResponse | Leaving:
    """Export what was corrected, withdrawn or newly published, the last first."""
    _asked(request)
    told, query = change_log.major_changes(read(request.GET, change_log.PARAMETERS)), request.GET.urlencode()
    if form == "atom":
        newest = told[: feeds.MOST_ENTRIES]
        return _feed(request, _("Changes"), reverse("changes"), [feeds.change_entry(one) for one in newest])
    rows = (change_row(one) for one in fetched(told))
    return _rows(request, form, Export(_("Changes"), reverse("changes"), "changes", CHANGE_COLUMNS, rows, query))


def _asked(request: HttpRequest) -> Viewpoint:
    for name in ("page", "after", "show", "rows"):
        if name in request.GET:
            raise FilterError(_("An export is always whole: leave out “%(name)s”.") % {"name": name})
    return asked_viewpoint(request)


def _events(
    request: HttpRequest, form: str, title: str, path: str, known: EventQuerySet, viewpoint: Viewpoint
) -> Leaving:
    rows = (event_row(one) for one in fetched(known.for_timeline().with_treaties()))
    return _rows(request, form, Export(title, path, "events", EVENT_COLUMNS, rows, **_seen_from(request, viewpoint)))


def _seen_from(request: HttpRequest, viewpoint: Viewpoint) -> dict[str, Any]:
    return {"query": request.GET.urlencode(), "as_of": viewpoint.as_of, "known": viewpoint.known}


def _rows(request: HttpRequest, form: str, export: Export) -> Leaving:
    content_type, write = _FORMATS[form]
    file_name = f"{export.file_name}.csv" if form == "csv" else ""
    return Leaving(write(export), content_type, file_name, asked_viewpoint(request).known_at)


def _feed(request: HttpRequest, title: str, path: str, entries: Iterable[feeds.FeedEntry]) -> HttpResponse:
    query = request.GET.urlencode()
    own = public_address(request.path, query)
    content = feeds.feed(
        _("TreatyWatch: %(title)s") % {"title": title}, page=public_address(path, query), own=own, entries=entries
    )
    return HttpResponse(content, content_type="application/atom+xml; charset=utf-8")


def _calendar(request: HttpRequest, name: str, path: str, clocks: Iterator[ClockCard], viewpoint: Viewpoint) -> Leaving:
    page = public_address(path, request.GET.urlencode())
    title = _("TreatyWatch: %(title)s") % {"title": name}
    entries = calendar_feed(title, page, clocks, as_of=viewpoint.as_of, known=viewpoint.known)
    return Leaving(entries, "text/calendar; charset=utf-8", known_at=viewpoint.known_at)
