"""A treaty or a clock at a glance: what a frame or a shared link shows of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from events.clause_words import citation_words
from events.clock_cards import card, cards
from events.dates import wording
from events.models import Deadline, Event
from events.treaty_status import status_of, suspending_parties
from treaties.addresses import in_readers_language
from treaties.day_words import day_words
from treaties.models import Party, Treaty

if TYPE_CHECKING:
    from datetime import date

    from events.clock_cards import ClockCard
    from events.treaty_status import TreatyStatus
    from events.viewpoint import Viewpoint

_MOST_CLOCKS = 12


@dataclass(frozen=True)
class Glance:
    """What is most worth knowing: the name, how it stands, and the clock nearest to its day."""

    path: str
    name: str
    status: str
    tone: str
    sentence: str
    clock: ClockCard | None
    as_of: date | None

    @property
    def told(self) -> str:
        """Return what the picture tells below the name: the clock, with its treaty where the name is another."""
        if self.clock is None:
            return self.sentence
        treaty, title = str(self.clock.deadline.provision.treaty), self.clock.deadline.title
        return title if treaty == self.name else f"{treaty}: {title}"

    @property
    def words(self) -> str:
        """Return all of it as a text, for who does not see the picture."""
        clock = self.clock
        told = [self.name, self.status]
        if clock:
            named = {"label": self.told, "value": clock.due_wording or clock.state_label}
            told.append(_("%(label)s: %(value)s") % named)
            told.append(f"{clock.count} {clock.unit}" if clock.is_running else str(clock.state_label))
        else:
            told.append(self.sentence.rstrip("."))
        if self.as_of:
            told.append(_("As of %(day)s") % {"day": day_words(self.as_of)})
        return " ".join(f"{part}." for part in told if part)


def event_glance(slug: str, viewpoint: Viewpoint) -> Glance | None:
    """Return the event of this slug at a glance, with the clock that it started; None if it is not on record."""
    shown = Event.objects.published().select_related("actor", "statement").with_treaties()
    event = shown.by(viewpoint.day).filter(slug=slug).first()
    if event is None:
        return None
    started = cards(Deadline.objects.on_record().filter(trigger=event).with_parts(), viewpoint)
    return glance_at_event(event, started, viewpoint)


def glance_at_event(event: Event, clocks: list[ClockCard], viewpoint: Viewpoint) -> Glance:
    """Return an event, fetched with its treaties, at a glance."""
    statement = getattr(event, "statement", None)
    return Glance(
        path=event.get_absolute_url(),
        name=event.title,
        status=f"{wording(event)} · {statement.get_stance_display() if statement else event.get_kind_display()}",
        tone="",
        sentence=", ".join(str(one) for one in event.listed_treaties if one.publication == "published"),
        clock=clocks[0] if clocks else None,
        as_of=viewpoint.as_of,
    )


def party_glance(slug: str, viewpoint: Viewpoint) -> Glance | None:
    """Return the party of this slug at a glance, with its nearest clock; None if it is not on record."""
    party = Party.objects.filter(slug=slug).first()
    if party is None:
        return None
    return glance_at_party(party, _nearest(viewpoint, party=party), viewpoint)


def glance_at_party(party: Party, clocks: list[ClockCard], viewpoint: Viewpoint) -> Glance:
    """Return a party at a glance; of its running clocks the first counts."""
    return Glance(
        path=party.get_absolute_url(),
        name=party.name,
        status=str(_("Treaties, clocks and statements")),
        tone="",
        sentence=_("No running clock of this party is on record."),
        clock=clocks[0] if clocks else None,
        as_of=viewpoint.as_of,
    )


def front_glance(viewpoint: Viewpoint) -> Glance:
    """Return the whole site at a glance: the clock that ends first."""
    return glance_at_front(_nearest(viewpoint), viewpoint)


def glance_at_front(clocks: list[ClockCard], viewpoint: Viewpoint) -> Glance:
    """Return the whole site at a glance; of the running clocks the first counts."""
    return Glance(
        path=in_readers_language("/"),
        name=_("Arms-control treaties on timelines"),
        status=_("The clock that ends next") if clocks else "",
        tone="",
        sentence=_("No running clock is on record."),
        clock=clocks[0] if clocks else None,
        as_of=viewpoint.as_of,
    )


def _nearest(viewpoint: Viewpoint, **of: Party) -> list[ClockCard]:
    running = Deadline.objects.running_on(viewpoint.day).filter(**of).with_parts().order_by("due_earliest", "pk")
    return [one for one in cards(running[:_MOST_CLOCKS], viewpoint) if one.is_running]


def treaty_glance(slug: str, viewpoint: Viewpoint) -> Glance | None:
    """Return the treaty of this slug at a glance; None if it is not on record."""
    treaty = Treaty.objects.published().filter(slug=slug).first()
    if treaty is None:
        return None
    clocks = cards(Deadline.objects.on_record().of_treaty(treaty).with_parts(), viewpoint)
    telling = [one for one in clocks if one.is_running or not one.deadline.act_id][:_MOST_CLOCKS]
    suspended = suspending_parties([treaty], viewpoint.day).get(treaty.pk, [])
    status = status_of(treaty, telling, suspended, viewpoint.day)
    return glance_at_treaty(treaty, status, telling, viewpoint)


def glance_at_treaty(treaty: Treaty, status: TreatyStatus, clocks: list[ClockCard], viewpoint: Viewpoint) -> Glance:
    """Return a treaty at a glance; of its clocks the first counts."""
    return Glance(
        path=treaty.get_absolute_url(),
        name=treaty.short_name,
        status=str(status.word),
        tone=status.tone,
        sentence=str(status.sentence),
        clock=clocks[0] if clocks else None,
        as_of=viewpoint.as_of,
    )


def deadline_glance(slug: str, viewpoint: Viewpoint) -> Glance | None:
    """Return the clock of this slug at a glance; None if it is not on record, or had not started."""
    deadline = Deadline.objects.on_record().with_parts().filter(slug=slug).first()
    clock = card(deadline, viewpoint) if deadline else None
    return glance_at_deadline(clock, viewpoint) if clock else None


def glance_at_deadline(clock: ClockCard, viewpoint: Viewpoint) -> Glance:
    """Return a clock at a glance."""
    deadline = clock.deadline
    return Glance(
        path=deadline.get_absolute_url(),
        name=str(deadline.provision.treaty),
        status="",
        tone="",
        sentence=citation_words(deadline.citation),
        clock=clock,
        as_of=viewpoint.as_of,
    )
