"""Treaties by parties: the matrix, and one party in one treaty."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils.translation import gettext as _

from events.clock_cards import cards
from events.corrections import corrections_on
from events.listed import listed
from events.matrix import COLUMNS, GROUPS, PARAMETERS, matrix, parties_asked
from events.models import Deadline
from events.paging import NEWEST_FIRST, Order, page_of
from events.scope import events_between
from events.standings import STATES, act_address, in_order, standings_on
from events.timeline import by_year
from events.views.asked import asked_of, asked_viewpoint, found, party_on_record, published_treaty
from events.views.faults import says_what_is_wrong
from treaties.models import Party, Treaty

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_BY_NAME = Order(("name", "slug"))


@says_what_is_wrong
def matrix_page(request: HttpRequest) -> HttpResponse:
    """Show which party stands where in which treaty, on any day."""
    viewpoint, asked = asked_viewpoint(request), asked_of(request, *PARAMETERS, view=("page", "after", "as_of"))
    page = page_of(parties_asked(asked), _BY_NAME, request.GET, asked, size=COLUMNS)
    shown = matrix(asked, page.rows, viewpoint.day)
    return render(
        request,
        "events/matrix.html",
        {
            "viewpoint": viewpoint,
            "asked": asked,
            "further": asked.query(rows=shown.further.slug) if shown.further else "",
            "page": page,
            "matrix": shown,
            "lateralities": Treaty.Laterality.choices,
            "groups": GROUPS.items(),
            "states": [(state, word, icon) for state, (word, icon) in STATES.items()],
            "parties": Party.objects.order_by("name"),
        },
    )


@says_what_is_wrong
def participation(request: HttpRequest, treaty: str, party: str) -> HttpResponse:
    """Show one party in one treaty: where it stands, each act at its own address, its clocks and events there."""
    viewpoint, asked = asked_viewpoint(request), asked_of(request, view=("page", "after", "as_of", "known"))
    subject, actor = published_treaty(treaty, viewpoint), party_on_record(party, viewpoint)
    row = subject.participations.filter(party=actor).first()
    sentence = _("There is no act of %(party)s under %(treaty)s on record.") % {"party": actor, "treaty": subject}
    acts = found(row, sentence, viewpoint).acts.filter(date__lte=viewpoint.day).select_related("source")
    events = events_between(subject, actor, viewpoint.day).events()
    page = page_of(events.for_list(), NEWEST_FIRST, request.GET, asked)
    clocks = Deadline.objects.on_record().of_treaty(subject).filter(party=actor).with_parts()
    standing = standings_on([subject], [actor], viewpoint.day)
    return render(
        request,
        "events/participation.html",
        {
            "viewpoint": viewpoint,
            "treaty": subject,
            "party": actor,
            "standing": standing.get((subject.pk, actor.pk)),
            "acts": [
                (one, act_address(subject, actor, one.kind, one.date).partition("#")[2]) for one in in_order(acts)
            ],
            "clocks": cards(clocks[:12], viewpoint),
            "years": by_year(listed((one.pk for one in page), by=viewpoint.day)),
            "page": page,
            "corrections": corrections_on(
                viewpoint, treaties=[subject], parties=[actor], events=[one.pk for one in page]
            ),
        },
    )
