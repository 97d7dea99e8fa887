"""Which pages can be cited, and what a citation says of each."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

from django.http import Http404, QueryDict
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.citing.citation import Citation
from events.concerning import concerned
from events.dates import wording
from events.exports.export import public_address
from events.models import Deadline, Event
from events.paging import LAST_CHANGED, is_long
from events.revisions import read_revision
from treaties.as_known import as_known
from treaties.models import Participation, Party, Treaty

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from events.querysets import EventQuerySet
    from events.viewpoint import Viewpoint

Told = tuple[str, "date | None", "int | None"]

_LISTS = {
    "front": gettext_lazy("Front page"),
    "treaties": gettext_lazy("Treaties"),
    "parties": gettext_lazy("Parties"),
    "statements": gettext_lazy("Statements"),
    "deadlines": gettext_lazy("Deadlines"),
    "changes": gettext_lazy("Changes"),
    "exit-clauses": gettext_lazy("Exit clauses"),
    "matrix": gettext_lazy("Matrix"),
    "claims": gettext_lazy("Claims"),
    "coverage": gettext_lazy("Coverage"),
    "method": gettext_lazy("Method"),
}


def treaty_title(treaty: Treaty) -> str:
    """Return the title under which a treaty's page is cited."""
    return _("%(name)s: status and timeline") % {"name": treaty}


def party_title(party: Party) -> str:
    """Return the title under which a party's page is cited."""
    return _("%(name)s: treaties, clocks and statements") % {"name": party}


def participation_title(treaty: Treaty, party: Party) -> str:
    """Return the title under which the page of one party in one treaty is cited."""
    return _("%(party)s in %(treaty)s") % {"party": party, "treaty": treaty}


def event_title(event: Event) -> str:
    """Return the title under which an event is cited."""
    return f"{event.title} ({wording(event)})"


def deadline_title(deadline: Deadline) -> str:
    """Return the title under which a deadline is cited."""
    return _("%(treaty)s: %(title)s") % {"treaty": deadline.provision.treaty, "title": deadline.title}


def _treaty(slug: str) -> Told | None:
    treaty = Treaty.objects.published().filter(slug=slug).first()
    events = Event.objects.published().filter(treaties=treaty)
    return (treaty_title(treaty), _last_change(events), None) if treaty else None


def _party(slug: str) -> Told | None:
    party = Party.objects.filter(slug=slug).first()
    if party is None:
        return None
    return party_title(party), _last_change(concerned(Event.objects.published(), party)), None


def _participation(treaty: str, party: str) -> Told | None:
    found = Participation.objects.filter(treaty__slug=treaty, treaty__publication="published", party__slug=party)
    one = found.select_related("treaty", "party").first()
    return (participation_title(one.treaty, one.party), None, None) if one else None


def _event(slug: str) -> Told | None:
    event = Event.objects.published().filter(slug=slug).first()
    return (event_title(event), event.changed_at.date(), event.revision) if event else None


def _deadline(slug: str) -> Told | None:
    found = Deadline.objects.filter(slug=slug, provision__treaty__publication="published")
    deadline = found.select_related("provision__treaty").first()
    if deadline is None:
        return None
    return deadline_title(deadline), deadline.changed_at.date(), deadline.version


_ROWS: dict[str, Callable[..., Told | None]] = {
    "treaty": _treaty,
    "party": _party,
    "participation": _participation,
    "event": _event,
    "deadline": _deadline,
}


def _last_change(events: EventQuerySet) -> date | None:
    rows = LAST_CHANGED.arrange(events, is_long=is_long(events))
    changed: datetime | None = rows.values_list("changed_at", flat=True).first()
    return changed.date() if changed else None


def _told(name: str, named: dict[str, str]) -> Told | None:
    if name in _LISTS:
        return str(_LISTS[name]), None, None
    return _ROWS[name](**named) if name in _ROWS else None


CITED = frozenset({*_ROWS, *_LISTS})


def cite(path: str, query: str, *, accessed: date, viewpoint: Viewpoint) -> Citation:
    """Return the citation of the page at this path of ours, under the query by which it was seen.

    Raises:
        Http404: if there is no such page, or none that is cited.

    """
    try:
        match = resolve(path)
    except Resolver404 as error:
        raise Http404(_("There is no page at this address to cite.")) from error
    name, slug = match.view_name, "-".join(map(str, match.kwargs.values()))
    revision = read_revision(QueryDict(query).get("revision", ""), slug) if name == "event" else None
    with as_known(revision.instant) if revision and revision.instant else nullcontext():
        told = _told(name, match.kwargs)
    if told is None:
        raise Http404(_("There is no page at this address to cite."))
    title, changed, number = told
    days = [day.isoformat() for day in (viewpoint.as_of, viewpoint.known) if day]
    return Citation(
        key="-".join(["treatywatch", slug or name, *days]),
        title=title,
        address=public_address(path, query),
        accessed=accessed,
        changed=changed,
        revision=number,
        as_of=viewpoint.as_of,
        known=viewpoint.known,
    )
