"""One event at its lasting address, and the list of statements."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.utils.translation import gettext as _

from events.clock_cards import cards
from events.corrections import corrections_on, corrections_since
from events.filters import read_statement_filters
from events.listed import listed
from events.models import Deadline, Event
from events.overview import actors, speakers, stances_of, targets
from events.paging import COUNTED
from events.parameters import FilterError
from events.revisions import read_revision, revisions_of
from events.scope import page_of_events, said_by
from events.timeline import by_year, entry
from events.views.asked import asked_of, asked_viewpoint, be_canonical, found
from events.views.faults import says_what_is_wrong
from treaties.as_known import as_known
from treaties.day_words import day_words
from treaties.models import Treaty

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from events.filters import TimelineFilters
    from events.revisions import Revision
    from events.scope import Scope
    from events.viewpoint import Viewpoint


@says_what_is_wrong
def event(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one event at its lasting address: as it is, as known on a day, or as one of its revisions had it."""
    asked_of(request, view=("revision", "as_of", "known"))
    viewpoint, text = asked_viewpoint(request), request.GET.get("revision", "")
    if text and viewpoint.known:
        raise FilterError(_("A revision is already a version of its own; leave out known or revision."))
    revision = read_revision(text, slug)
    with as_known(revision.instant) if revision and revision.instant else nullcontext():
        return render(request, "events/event.html", _event(slug, viewpoint, revision))


def _why_there_is_none(slug: str, viewpoint: Viewpoint) -> str:
    if viewpoint.past_day and (later := Event.objects.published().filter(slug=slug).first()):
        told = {"title": later.title, "day": day_words(viewpoint.past_day)}
        return _("“%(title)s”: that had not happened by %(day)s.") % told
    return _("There is no event “%(slug)s” on record.") % {"slug": slug}


def _event(slug: str, viewpoint: Viewpoint, revision: Revision | None) -> dict[str, Any]:
    shown = Event.objects.published()
    shown = shown.by(viewpoint.past_day) if viewpoint.past_day else shown
    row = shown.for_timeline().with_treaties().filter(slug=slug).first()
    subject = row or found(None, _why_there_is_none(slug, viewpoint), viewpoint)
    clocks = Deadline.objects.on_record().filter(trigger=subject).with_parts()
    return {
        "one": entry(subject),
        "answers": listed(shown.filter(statement__responds_to=subject).values_list("pk", flat=True)),
        "clocks": cards(clocks, viewpoint),
        "viewpoint": viewpoint,
        "revision": revision,
        "revisions": revisions_of(slug),
        "corrections": _corrections(subject, viewpoint, revision),
    }


def _corrections(subject: Event, viewpoint: Viewpoint, revision: Revision | None) -> Any:
    if revision and revision.instant:
        return corrections_since(revision.instant, treaties=[], parties=[], events=[subject.pk], deadlines=[])
    return corrections_on(viewpoint, events=[subject.pk])


@says_what_is_wrong
def statements(request: HttpRequest) -> HttpResponse:
    """List the statements, newest first, by speaker, party, stance, target, treaty, text and date."""
    filters = read_statement_filters(request.GET)
    be_canonical(request, filters.asked)
    viewpoint = asked_viewpoint(request)
    known = said_by(viewpoint.day)
    page = page_of_events(known, filters, request.GET)
    return render(
        request,
        "events/statements.html",
        {
            "years": by_year(page, order=filters.order),
            "page": page,
            "filters": filters,
            "asked": filters.asked,
            "viewpoint": viewpoint,
            "stances": _stances(known, filters, page.count),
            "speakers": speakers(),
            "parties": actors(),
            "targets": targets(),
            "treaties": Treaty.objects.published().only("slug", "short_name"),
        },
    )


def _stances(known: Scope, filters: TimelineFilters, count: int) -> list[tuple[str, str, int | None]]:
    if filters.is_read_in_part:
        return stances_of(known.events().none(), count=COUNTED + 1)
    others = filters.without("stance").narrow(known.events())
    return stances_of(others, count=None if filters.asked["stance"] else count)
