"""A treaty or a clock at a glance: what a frame or a shared link shows of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from events.clock_cards import card, cards
from events.models import Deadline
from events.treaty_status import status_of, suspending_parties
from treaties.models import Treaty

if TYPE_CHECKING:
    from datetime import date

    from events.clock_cards import ClockCard
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
    def words(self) -> str:
        """Return all of it as a text, for who does not see the picture."""
        clock = self.clock
        told = [f"{self.name}.", f"{self.status}." if self.status else ""]
        if clock:
            told.append(f"{clock.deadline.title}: {clock.due_wording or clock.state_label}.")
            told.append(f"{clock.count} {clock.unit}." if clock.is_running else f"{clock.state_label}.")
        return " ".join(part for part in told if part)


def treaty_glance(slug: str, viewpoint: Viewpoint) -> Glance | None:
    """Return the treaty of this slug at a glance; None if it is not on record."""
    treaty = Treaty.objects.published().filter(slug=slug).first()
    if treaty is None:
        return None
    clocks = cards(Deadline.objects.on_record().of_treaty(treaty).with_parts(), viewpoint)
    telling = [one for one in clocks if one.is_running or not one.deadline.act_id][:_MOST_CLOCKS]
    suspended = suspending_parties([treaty], viewpoint.day).get(treaty.pk, [])
    status = status_of(treaty, telling, suspended, viewpoint.day)
    return Glance(
        path=treaty.get_absolute_url(),
        name=treaty.short_name,
        status=str(status.word),
        tone=status.tone,
        sentence=str(status.sentence),
        clock=telling[0] if telling else None,
        as_of=viewpoint.as_of,
    )


def deadline_glance(slug: str, viewpoint: Viewpoint) -> Glance | None:
    """Return the clock of this slug at a glance; None if it is not on record, or had not started."""
    deadline = Deadline.objects.on_record().with_parts().filter(slug=slug).first()
    clock = card(deadline, viewpoint) if deadline else None
    if deadline is None or clock is None:
        return None
    return Glance(
        path=deadline.get_absolute_url(),
        name=str(deadline.provision.treaty),
        status="",
        tone="",
        sentence=deadline.citation,
        clock=clock,
        as_of=viewpoint.as_of,
    )
