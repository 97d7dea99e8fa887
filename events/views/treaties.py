"""The list of treaties, and the page of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.db.models import Count
from django.shortcuts import render
from django.utils.translation import gettext as _

from events.clock_cards import ClockCard, cards
from events.deposits import open_thresholds
from events.filters import read_filters
from events.models import Deadline, Event
from events.strips import overview, period
from events.timeline import GROUP_LABELS, Entry, by_year, counts_by_year, entry, positions
from events.treaty_status import status_of, suspending_parties
from events.views.asked import asked_viewpoint, page_size, published_treaty
from events.views.faults import says_what_is_wrong
from treaties.models import Source, Treaty

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest, HttpResponse

    from events.viewpoint import Viewpoint

_MOST_CARDS = 12


@says_what_is_wrong
def treaty_list(request: HttpRequest) -> HttpResponse:
    """List the treaties with their status."""
    viewpoint = asked_viewpoint(request)
    treaties = Treaty.objects.published().annotate(event_count=Count("events", distinct=True))
    by_treaty: dict[int, list[ClockCard]] = {}
    running = Deadline.objects.on_record().running_on(viewpoint.day).filter(provision__kind="withdrawal").with_parts()
    for one in cards(running, viewpoint):
        by_treaty.setdefault(one.deadline.provision.treaty_id, []).append(one)
    suspended = suspending_parties(treaties, viewpoint.day)
    rows = [
        (treaty, status_of(treaty, by_treaty.get(treaty.pk, []), suspended.get(treaty.pk, []), viewpoint.day))
        for treaty in treaties
    ]
    return render(request, "events/treaties.html", {"rows": rows, "viewpoint": viewpoint})


@says_what_is_wrong
def treaty(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a treaty: status, clocks with their reasons, timeline, sources; as of a day if asked."""
    subject, viewpoint, filters = published_treaty(slug), asked_viewpoint(request), read_filters(request.GET)
    clocks, more_clocks = _cards_of(subject, viewpoint)
    known = Event.objects.published().filter(treaties=subject).by(viewpoint.day)
    everything = [entry(one) for one in known.for_timeline()]
    shown = filters.apply(known) if filters.is_active or filters.order == "old" else known
    page = Paginator(shown.for_timeline(), page_size(request)).get_page(request.GET.get("page"))
    scheduled = [one for one in clocks if one.is_running and not filters.is_active and page.number == 1]
    return render(
        request,
        "events/treaty.html",
        {
            "treaty": subject,
            "viewpoint": viewpoint,
            "filters": filters,
            "status": status_of(
                subject, clocks, suspending_parties([subject], viewpoint.day).get(subject.pk, []), viewpoint.day
            ),
            "clocks": clocks,
            "more_clocks": more_clocks,
            "joined": subject.participations.joined_on(viewpoint.day).count(),
            "signatories": subject.participations.signatories_on(viewpoint.day).count(),
            "withdrawn": subject.participations.withdrawn_on(viewpoint.day).count(),
            "idle": open_thresholds(subject, viewpoint.day) + _why_idle(subject, clocks, everything),
            "provisions": subject.provisions.all(),
            "participations": subject.participations.select_related("party").prefetch_related("acts"),
            "strips": overview(counts_by_year(one.event.earliest for one in everything)),
            "periods": [period(one) for one in clocks if one.is_running],
            "positions": positions(everything),
            "years": by_year((entry(one) for one in page), scheduled),
            "page": page,
            "total": len(everything),
            "groups": _facets(everything),
            "parties": sorted({one.event.actor for one in everything if one.event.actor}, key=str),
            "sources": _sources(everything),
            "last_change": max(everything, key=lambda one: (one.event.earliest, one.event.latest), default=None),
            "as_of_query": f"as_of={viewpoint.as_of.isoformat()}" if viewpoint.as_of else "",
        },
    )


def _facets(entries: Iterable[Entry]) -> list[tuple[str, str, int]]:
    groups = [one.group for one in entries]
    return [(group, str(label), groups.count(group)) for group, label in GROUP_LABELS.items()]


def _sources(entries: Iterable[Entry]) -> list[Source]:
    found = {source for one in entries for source in one.event.sources.all()}
    return sorted(found, key=str)


def _why_idle(subject: Treaty, clocks: list[ClockCard], entries: list[Entry]) -> list[tuple[str, str]]:
    """Say why a party that suspended has no clock, or why the treaty has none at all."""
    with_clock = {one.deadline.party_id for one in clocks}
    suspended = {one.event.actor for one in entries if one.event.kind == Event.Kind.SUSPENSION and one.event.actor}
    reasons = [
        (
            _("%(party)s withdrawal") % {"party": party},
            _("%(party)s suspended its obligations, but no withdrawal notice is recorded.") % {"party": party},
        )
        for party in sorted(suspended, key=str)
        if party.pk not in with_clock
    ]
    if reasons or clocks:
        return reasons
    return [(_("Withdrawal"), _("No notice of withdrawal from %(treaty)s is recorded.") % {"treaty": subject})]


def _cards_of(treaty: Treaty, viewpoint: Viewpoint) -> tuple[list[ClockCard], int]:
    """Return the treaty's cards, and how many passed obligations of single parties are left to the deadlines page."""
    all_cards = cards(Deadline.objects.on_record().of_treaty(treaty).with_parts(), viewpoint)
    shown = [one for one in all_cards if one.is_running or not one.deadline.act_id]
    return shown[:_MOST_CARDS], len(all_cards) - len(shown[:_MOST_CARDS])
