"""What a clock card shows: a deadline as it stood at a viewpoint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from events.clocks import today_in, write_day
from events.models import Deadline

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from events.viewpoint import Viewpoint

_BAR = 320


@dataclass(frozen=True)
class ClockCard:
    """A deadline seen from a viewpoint; `days` counts to the earliest due day, negative once it has passed."""

    deadline: Deadline
    state: str
    days: int | None
    day_of: int
    length: int

    @property
    def is_running(self) -> bool:
        """Say whether the clock runs, its last day included."""
        return self.state == Deadline.State.RUNNING

    @property
    def state_label(self) -> str:
        """Return the state in words."""
        return str(Deadline.State(self.state).label)

    @property
    def count(self) -> str:
        """Return the big number of the card."""
        if self.days is None:
            return "No date"
        return "Today" if self.days == 0 else str(abs(self.days))

    @property
    def unit(self) -> str:
        """Return what the big number counts."""
        if not self.days:
            return ""
        return ("day" if abs(self.days) == 1 else "days") + (" left" if self.days > 0 else " ago")

    @property
    def due_wording(self) -> str:
        """Return the date with its weekday, or the range of a coarse one."""
        first, last = self.deadline.due, self.deadline.due_latest
        if first is None or last is None:
            return ""
        if self.deadline.override_due is None and first != last:
            return f"Between {write_day(first)} and {write_day(last)}"
        return f"{first:%A} {write_day(first)}"

    @property
    def bar(self) -> float:
        """Return the width of the part that has passed, of 320."""
        return round(_BAR * min(max(self.day_of, 0), self.length) / self.length, 1) if self.length else _BAR


def state_on(deadline: Deadline, day: date) -> str | None:
    """Return the state of the deadline on a day of its zone's calendar; None before it started."""
    if deadline.started_on is None or deadline.started_on > day:
        return None
    if deadline.due_latest is None:
        return deadline.state
    if deadline.state == Deadline.State.REVOKED and deadline.state_since <= day:
        return Deadline.State.REVOKED
    last = deadline.override_due or deadline.due_latest
    return Deadline.State.TOOK_EFFECT if day > last else Deadline.State.RUNNING


def card(deadline: Deadline, viewpoint: Viewpoint) -> ClockCard | None:
    """Return the card of a deadline at a viewpoint; None if it had not started."""
    day = today_in(deadline.zone, viewpoint.instant(deadline.zone))
    state = state_on(deadline, day)
    if state is None or deadline.started_on is None:
        return None
    due = deadline.due
    return ClockCard(
        deadline=deadline,
        state=state,
        days=viewpoint.days_left(deadline, due) if due else None,
        day_of=(day - deadline.started_on).days,
        length=(due - deadline.started_on).days if due else 0,
    )


def cards(deadlines: Iterable[Deadline], viewpoint: Viewpoint) -> list[ClockCard]:
    """Return the cards of all that had started, running ones first, then by date."""
    seen = [one for one in (card(deadline, viewpoint) for deadline in deadlines) if one]
    return sorted(seen, key=lambda one: (not one.is_running, abs(one.days) if one.days is not None else 10**6))
