"""The list of treaties, and the page of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import BigIntegerField, Count, Exists, OuterRef
from django.shortcuts import render
from django.utils.translation import gettext as _

from events.clock_cards import ClockCard, cards, ended_of
from events.corrections import corrections_on
from events.deposits import open_thresholds
from events.filters import SEEN_FROM, read_filters
from events.listed import sources_of, sources_of_treaty
from events.models import Deadline, Event
from events.overview import facets_of, positions_of, survey_of
from events.paging import is_long, page_of
from events.participants import participants
from events.scope import events_of, newest_of, page_of_events
from events.standings import disputed_departures
from events.strips import overview, period
from events.timeline import by_year
from events.treaty_list import BY_NAME, PARAMETERS, STATUSES, named_like, narrowed, notices_on, stands
from events.treaty_status import status_of, suspending_parties
from events.views.asked import asked_of, asked_viewpoint, be_canonical, published_treaty
from events.views.faults import says_what_is_wrong
from treaties.compiled import Compiled
from treaties.models import Participation, Party, Provision, Treaty

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from collections.abc import Set as AbstractSet
    from datetime import date

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from events.filters import TimelineFilters
    from events.listed import Listed, ListedSource
    from events.overview import Survey
    from events.paging import Page
    from events.parameters import Asked
    from events.scope import Scope
    from events.viewpoint import Viewpoint
    from treaties.querysets import TreatyQuerySet

_MOST_CARDS, _MOST_PERIODS = 12, 3
_CLOCKS = Compiled(lambda treaty: Deadline.objects.on_record().of_treaty(treaty).with_parts(), treaty=BigIntegerField())
_PROVISIONS = Compiled(lambda treaty: Provision.objects.filter(treaty=treaty), treaty=BigIntegerField())


@says_what_is_wrong
def treaty_list(request: HttpRequest) -> HttpResponse:
    """List the treaties with their status on the day, filtered."""
    viewpoint, asked = asked_viewpoint(request), asked_of(request, *PARAMETERS, view=SEEN_FROM)
    rows = named_like(asked["q"])
    chosen = narrowed(rows, asked, viewpoint.day)
    page = page_of(chosen, BY_NAME, request.GET, asked)
    return render(
        request,
        "events/treaties.html",
        {
            "rows": _with_status(page.rows, viewpoint),
            "page": page,
            "asked": asked,
            "viewpoint": viewpoint,
            "facets": _treaty_facets(rows, asked, viewpoint.day),
            "parties": Party.objects.filter(Exists(Participation.objects.filter(party=OuterRef("pk")))),
        },
    )


def _treaty_facets(rows: TreatyQuerySet, asked: Asked, day: date) -> dict[str, list[tuple[str, str, int | None]]]:
    by_status = narrowed(rows, asked.without("status"), day)
    by_kind = narrowed(rows, asked.without("laterality"), day).order_by()
    if is_long(by_status) or is_long(by_kind):
        return {"status": _uncounted(STATUSES), "laterality": _uncounted(dict(Treaty.Laterality.choices))}
    numbers = by_status.aggregate(
        **{name.replace("-", "_"): Count("pk", filter=stands(name, day)) for name in STATUSES}
    )
    kinds = dict(by_kind.values_list("laterality").annotate(number=Count("pk")))
    return {
        "status": [(name, str(word), numbers[name.replace("-", "_")]) for name, word in STATUSES.items()],
        "laterality": [(name, str(word), kinds.get(name, 0)) for name, word in Treaty.Laterality.choices],
    }


def _uncounted(choices: Mapping[str, Any]) -> list[tuple[str, str, int | None]]:
    return [(name, str(word), None) for name, word in choices.items()]


def _with_status(treaties: list[Treaty], viewpoint: Viewpoint) -> list[tuple[Treaty, Any, int]]:
    by_treaty: dict[int, list[ClockCard]] = {}
    running = notices_on(viewpoint.day).filter(provision__treaty__in=treaties).with_parts()
    for one in cards(running, viewpoint):
        by_treaty.setdefault(one.deadline.provision.treaty_id, []).append(one)
    suspended, numbers = suspending_parties(treaties, viewpoint.day), _numbers_of_events(treaties)
    return [
        (
            treaty,
            status_of(treaty, by_treaty.get(treaty.pk, []), suspended.get(treaty.pk, []), viewpoint.day),
            numbers.get(treaty.pk, 0),
        )
        for treaty in treaties
    ]


def _numbers_of_events(treaties: list[Treaty]) -> dict[int, int]:
    """Return how many published events each treaty has: all, which an index counts by itself, less the few others."""
    links = Event.treaties.through._default_manager.filter(treaty__in=treaties).order_by()
    hidden = dict(_numbers(links.filter(event__in=Event.objects.exclude(publication="published"))))
    return {treaty: number - hidden.get(treaty, 0) for treaty, number in _numbers(links)}


def _numbers(links: QuerySet[Any]) -> QuerySet[Any]:
    return links.values_list("treaty").annotate(number=Count("treaty"))


@says_what_is_wrong
def treaty(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a treaty: status, clocks with their reasons, timeline, sources; as of a day, and as known on one."""
    viewpoint, filters = asked_viewpoint(request), read_filters(request.GET)
    be_canonical(request, filters.asked)
    subject = published_treaty(slug, viewpoint)
    known = events_of(subject, viewpoint.day)
    survey = survey_of(known)
    facets = facets_of(survey, known, filters)
    page = page_of_events(known, filters, request.GET, count=facets.shown)
    clocks, more_clocks = _cards_of(subject, viewpoint)
    context = {
        "treaty": subject,
        "viewpoint": viewpoint,
        "filters": filters,
        "asked": filters.asked,
        "clocks": clocks,
        "ended": ended_of(clocks),
        "more_clocks": more_clocks,
        "strips": overview(survey.counts, _between(filters)),
        "periods": list(filter(None, map(period, clocks)))[:_MOST_PERIODS],
        "positions": positions_of(known),
        "years": by_year(page, _scheduled(clocks, filters, page), order=filters.order),
        "page": page,
        "facets": facets,
        "sources": _sources(subject, page.rows),
        "last_change": _last(known, page, filters, survey.total),
        "corrections": corrections_on(
            viewpoint,
            treaties=[subject],
            events=[one.pk for one in page],
            deadlines=[one.deadline.pk for one in clocks],
        ),
    }
    return render(request, "events/treaty.html", context | _legal_state(subject, clocks, survey, viewpoint.day))


def _between(filters: TimelineFilters) -> Callable[[str, str], str]:
    return lambda since, until: f"?{filters.query(from_=since, to=until)}#events"


def _legal_state(subject: Treaty, clocks: list[ClockCard], survey: Survey, day: date) -> dict[str, Any]:
    """Return what the law said on the day: status, clauses, who had joined, who had left, and why no clock ran."""
    suspended = suspending_parties([subject], day).get(subject.pk, []) if survey.has_suspensions else []
    provisions = _PROVISIONS(treaty=subject.pk)
    return {
        "status": status_of(subject, clocks, suspended, day),
        "is_in_force": subject.in_force_on(day),
        # Before a treaty is in force it has contracting states only (Vienna Convention, article 2(1)(f) and (g)).
        "has_parties": subject.status_at(day) in ("in force", "ended"),
        "provisions": provisions if subject.status_at(day) != "not signed" else [],
        "idle": open_thresholds(subject, provisions, day) + _why_idle(subject, clocks, survey),
    } | _who_acted(subject, day)


def _who_acted(subject: Treaty, day: date) -> dict[str, Any]:
    acted = participants(subject, day)
    left = [(subject.pk, one.party) for one in acted if one.has_withdrawn]
    disputed = disputed_departures(left)
    return {
        "participations": acted,
        "joined": sum(one.has_joined for one in acted),
        "signatories": sum(one.has_signed for one in acted),
        "withdrawn": len(left) - len(disputed),
        "disputed_departures": len(disputed),
        "may_disagree": any(one.may_disagree for one in acted),
    }


def _scheduled(clocks: list[ClockCard], filters: TimelineFilters, page: Page) -> list[ClockCard]:
    """Return the clocks still to end, at the end of the list at which the future is."""
    is_there = page.newer is None if filters.order == "new" else page.older is None
    return [one for one in clocks if one.is_running] if is_there and not filters.is_active else []


def _named(keys: AbstractSet[int | None]) -> list[Party]:
    return list(Party.objects.filter(pk__in=keys).order_by("name")) if keys else []


def _last(known: Scope, page: Page, filters: TimelineFilters, total: int) -> Listed | None:
    if page.rows and filters.order == "new" and not filters.is_active and page.number == 1:
        return page.rows[0]
    return newest_of(known, total)


def _sources(subject: Treaty, entries: list[Listed]) -> list[ListedSource]:
    """Return the sources of the treaty's own facts and of the events on the page."""
    return sorted({*sources_of(entries), *sources_of_treaty(subject)}, key=str)


def _why_idle(subject: Treaty, clocks: list[ClockCard], survey: Survey) -> list[tuple[str, str]]:
    """Say why a party that suspended has no clock, or why the treaty has none at all."""
    with_clock = {one.deadline.party_id for one in clocks}
    reasons = [
        (
            _("%(party)s withdrawal") % {"party": party},
            _("%(party)s suspended its obligations, but no withdrawal notice is recorded.") % {"party": party},
        )
        for party in _named(survey.suspenders - with_clock)
    ]
    if reasons or clocks:
        return reasons
    return [(_("Withdrawal"), _("No notice of withdrawal from %(treaty)s is recorded.") % {"treaty": subject})]


def _cards_of(treaty: Treaty, viewpoint: Viewpoint) -> tuple[list[ClockCard], int]:
    """Return the treaty's cards, and how many passed obligations of single parties are left to the deadlines page."""
    all_cards = cards(_CLOCKS(treaty=treaty.pk), viewpoint)
    shown = [one for one in all_cards if one.is_running or not one.deadline.act_id]
    return shown[:_MOST_CARDS], len(all_cards) - len(shown[:_MOST_CARDS])
