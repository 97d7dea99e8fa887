"""Public pages. Each view reads the address, asks the record, and hands the answer to a template."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from events.clock_cards import ClockCard, card, cards
from events.coverage import coverage_rows
from events.deposits import open_thresholds
from events.filters import FilterError, read_filters
from events.models import Deadline, Event
from events.strips import overview, period
from events.timeline import GROUP_LABELS, Entry, by_year, counts_by_year, entry, positions
from events.treaty_status import status_of, suspending_parties
from events.viewpoint import Viewpoint, ViewpointError, read_viewpoint
from treaties.models import Party, Source, Treaty

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

PAGE = 100
_ALL = 1_000_000
_MOST_CARDS = 12
_PAST_PAGE = 50


def says_what_is_wrong(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer 400 with the sentence of a filter or day that cannot be read."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, **kwargs: str) -> HttpResponse:
        try:
            return view(request, **kwargs)
        except (FilterError, ViewpointError) as error:
            return render(request, "400.html", {"fault": str(error)}, status=400)

    return guarded


def _viewpoint(request: HttpRequest) -> Viewpoint:
    return read_viewpoint(request.GET.get("as_of", ""), now=timezone.now())


def _page_size(request: HttpRequest) -> int:
    """Return how many events a page shows: the newest hundred, or all of them where the reader asks for it."""
    return _ALL if request.GET.get("show") == "all" else PAGE


def _treaty(slug: str) -> Treaty:
    treaty = Treaty.objects.published().filter(slug=slug).first()
    if treaty is None:
        raise Http404(f"There is no treaty “{slug}” on record.")
    return treaty


def _cards_of(treaty: Treaty, viewpoint: Viewpoint) -> tuple[list[ClockCard], int]:
    """Return the treaty's cards, and how many passed obligations of single parties are left to the deadlines page."""
    all_cards = cards(Deadline.objects.on_record().of_treaty(treaty).with_parts(), viewpoint)
    shown = [one for one in all_cards if one.is_running or not one.deadline.act_id]
    return shown[:_MOST_CARDS], len(all_cards) - len(shown[:_MOST_CARDS])


@says_what_is_wrong
def front(request: HttpRequest) -> HttpResponse:
    """Show the nearest clocks, the latest statements and entries, and the treaties."""
    viewpoint = _viewpoint(request)
    clocks = Deadline.objects.on_record().with_parts()
    running = cards(clocks.running_on(viewpoint.day).order_by("due_earliest", "pk")[:_MOST_CARDS], viewpoint)
    # An obligation that has passed is no news; a treaty left is.
    ended = clocks.filter(act=None, occurrence=None, due_latest__lt=viewpoint.day).order_by("-due_latest", "pk")
    statements = Event.objects.published().filter(statement__isnull=False).for_timeline()[:8]
    changed = Event.objects.published().order_by("-changed_at", "-pk").for_timeline()[:5]
    return render(
        request,
        "events/front.html",
        {
            "running": [one for one in running if one.is_running][:6],
            "past": [one for one in cards(ended[:6], viewpoint) if not one.is_running][:4],
            "statements": [entry(one) for one in statements],
            "changed": [entry(one) for one in changed],
            "treaties": Treaty.objects.published(),
        },
    )


@says_what_is_wrong
def treaty_list(request: HttpRequest) -> HttpResponse:
    """List the treaties with their status."""
    viewpoint = _viewpoint(request)
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
    subject, viewpoint, filters = _treaty(slug), _viewpoint(request), read_filters(request.GET)
    clocks, more_clocks = _cards_of(subject, viewpoint)
    known = Event.objects.published().filter(treaties=subject).by(viewpoint.day)
    everything = [entry(one) for one in known.for_timeline()]
    shown = filters.apply(known) if filters.is_active or filters.order == "old" else known
    page = Paginator(shown.for_timeline(), _page_size(request)).get_page(request.GET.get("page"))
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
    return [(group, label, groups.count(group)) for group, label in GROUP_LABELS.items()]


def _sources(entries: Iterable[Entry]) -> list[Source]:
    found = {source for one in entries for source in one.event.sources.all()}
    return sorted(found, key=str)


def _why_idle(subject: Treaty, clocks: list[ClockCard], entries: list[Entry]) -> list[tuple[str, str]]:
    """Say why a party that suspended has no clock, or why the treaty has none at all."""
    with_clock = {one.deadline.party_id for one in clocks}
    suspended = {one.event.actor for one in entries if one.event.kind == Event.Kind.SUSPENSION and one.event.actor}
    reasons = [
        (
            f"{party} withdrawal",
            f"{party} suspended its obligations, but no withdrawal notice is recorded.",
        )
        for party in sorted(suspended, key=str)
        if party.pk not in with_clock
    ]
    return reasons or ([] if clocks else [("Withdrawal", f"No notice of withdrawal from {subject} is recorded.")])


@says_what_is_wrong
def party_list(request: HttpRequest) -> HttpResponse:
    """List the parties."""
    parties = Party.objects.annotate(event_count=Count("acts", distinct=True)).order_by("name")
    return render(request, "events/parties.html", {"parties": parties})


@says_what_is_wrong
def party(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a party: its treaties, clocks, statements and acts."""
    subject = Party.objects.select_related("succeeded_by").filter(slug=slug).first()
    if subject is None:
        raise Http404(f"There is no party “{slug}” on record.")
    viewpoint, filters = _viewpoint(request), read_filters(request.GET)
    known = filters.apply(Event.objects.published().concerning(subject).by(viewpoint.day))
    page = Paginator(known.for_timeline(), PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "events/party.html",
        {
            "party": subject,
            "viewpoint": viewpoint,
            "filters": filters,
            "clocks": cards(Deadline.objects.on_record().filter(party=subject).with_parts(), viewpoint),
            "participations": subject.participations.select_related("treaty").prefetch_related("acts"),
            "years": by_year(entry(one) for one in page),
            "page": page,
        },
    )


@says_what_is_wrong
def event(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one event at its lasting address."""
    subject = Event.objects.published().for_timeline().filter(slug=slug).first()
    if subject is None:
        raise Http404(f"There is no event “{slug}” on record.")
    viewpoint = Viewpoint(timezone.now())
    answers = Event.objects.published().filter(statement__responds_to=subject).for_timeline()
    return render(
        request,
        "events/event.html",
        {
            "one": entry(subject),
            "answers": [entry(one) for one in answers],
            "clocks": cards(Deadline.objects.on_record().filter(trigger=subject).with_parts(), viewpoint),
        },
    )


@says_what_is_wrong
def statements(request: HttpRequest) -> HttpResponse:
    """List all statements, newest first."""
    filters = read_filters(request.GET)
    known = filters.apply(Event.objects.published().filter(statement__isnull=False))
    page = Paginator(known.for_timeline(), PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "events/statements.html",
        {
            "years": by_year(entry(one) for one in page),
            "page": page,
            "filters": filters,
            "viewpoint": Viewpoint(timezone.now()),
        },
    )


@says_what_is_wrong
def deadlines(request: HttpRequest) -> HttpResponse:
    """List the clocks, running ones first, of everything or of one treaty or party."""
    viewpoint = _viewpoint(request)
    treaty, party = _chosen(request, "treaty", Treaty.objects.published()), _chosen(request, "party", Party.objects)
    known = Deadline.objects.on_record().started_by(viewpoint.day).with_parts()
    known = known.of_treaty(treaty) if treaty else known
    known = known.filter(party=party) if party else known
    running = cards(known.running_on(viewpoint.day), viewpoint)
    ended = known.exclude(pk__in=[one.deadline.pk for one in running if one.is_running])
    page = Paginator(ended.order_by("-due_latest", "pk"), _PAST_PAGE).get_page(request.GET.get("page"))
    chosen = {"treaty": treaty, "party": party}
    return render(
        request,
        "events/deadlines.html",
        {
            "viewpoint": viewpoint,
            "running": sorted((one for one in running if one.is_running), key=lambda one: (one.due, one.deadline.pk)),
            "past": [one for one in (card(deadline, viewpoint) for deadline in page) if one],
            "page": page,
            **chosen,
            "query": urlencode(
                {name: row.slug for name, row in chosen.items() if row}
                | ({"as_of": viewpoint.as_of.isoformat()} if viewpoint.as_of else {})
            ),
        },
    )


def _chosen(request: HttpRequest, name: str, rows: Any) -> Any:
    slug = request.GET.get(name)
    if not slug:
        return None
    found = rows.filter(slug=slug).first()
    if found is None:
        raise FilterError(f"There is no {name} “{slug}” on record.")
    return found


@says_what_is_wrong
def deadline(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one clock with every step of its computation."""
    subject = Deadline.objects.with_parts().filter(slug=slug, provision__treaty__publication="published").first()
    if subject is None:
        raise Http404(f"There is no deadline “{slug}” on record.")
    viewpoint = _viewpoint(request)
    return render(
        request,
        "events/deadline.html",
        {
            "deadline": subject,
            "clock": card(subject, viewpoint),
            "viewpoint": viewpoint,
        },
    )


def coverage(request: HttpRequest) -> HttpResponse:
    """Say how complete the record is, treaty by treaty."""
    return render(request, "events/coverage.html", {"rows": coverage_rows(), "viewpoint": _viewpoint(request)})


def method(request: HttpRequest) -> HttpResponse:
    """Say in plain words how dates are counted."""
    return render(request, "events/method.html")
