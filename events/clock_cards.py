"""What a clock card shows: a deadline as it stood at a viewpoint."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.clause_words import citation_words, unless_words
from events.clocks import today_in
from events.models import Deadline
from events.step_words import told_steps, why_no_date
from treaties.day_words import day_words, weekday_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from events.step_words import ToldStep
    from events.viewpoint import Viewpoint

_BAR = 320
_ENDED = {Deadline.State.TOOK_EFFECT, Deadline.State.REVOKED, Deadline.State.SUPERSEDED}


@dataclass(frozen=True)
class ClockCard:
    """A deadline seen from a viewpoint; `days` counts to the earliest due day, negative once it has passed."""

    deadline: Deadline
    state: str
    due: date | None
    latest: date | None
    days: int | None
    day_of: int
    length: int

    @property
    def is_running(self) -> bool:
        """Say whether the clock runs, its last day included."""
        return self.state == Deadline.State.RUNNING

    @property
    def has_ended(self) -> bool:
        """Say whether nothing of the clock is still to come."""
        return self.state in _ENDED

    @property
    def state_label(self) -> str:
        """Return the state in words; of a passed obligation it is not recorded whether it was met."""
        if self.state == Deadline.State.TOOK_EFFECT and self.deadline.provision.is_obligation:
            return _("Deadline passed")
        return str(Deadline.State(self.state).label)

    @property
    def count(self) -> str:
        """Return the big number of the card."""
        if self.days is None:
            return _("No date")
        return _("Today") if self.days == 0 else intcomma(abs(self.days))

    @property
    def unit(self) -> str:
        """Return what the big number counts."""
        if not self.days:
            return ""
        if self.days > 0:
            return ngettext("day left", "days left", self.days)
        return ngettext("day ago", "days ago", -self.days)

    @property
    def due_wording(self) -> str:
        """Return the date with its weekday, or the range of a coarse one."""
        first, last = self.due, self.latest
        if first is None or last is None:
            return ""
        if self.deadline.override_due is None and first != last:
            return _("Between %(first)s and %(last)s") % {"first": day_words(first), "last": day_words(last)}
        return weekday_words(first)

    @property
    def citation(self) -> str:
        """Return the clause, as it is cited in the reader's language."""
        return citation_words(self.deadline.citation)

    @property
    def unless(self) -> str:
        """Return on which clause the date rests, and what would stop it."""
        return unless_words(self.deadline.citation, self.deadline.provision.rule.get("what_stops_it", ""))

    @property
    def steps(self) -> list[ToldStep]:
        """Return the steps that lead to the date, in words; none where there is no date."""
        return told_steps(self.deadline.steps) if self.days is not None else []

    @property
    def why_no_date(self) -> ToldStep:
        """Return why no date can be computed, in words."""
        return why_no_date(self.deadline)

    @property
    def readings(self) -> list[dict[str, Any]]:
        """Return the readings of a disputed date, the earliest first, each with its day or None for never."""
        return dated(self.deadline.readings)

    @property
    def bar(self) -> float:
        """Return the width of the part that has passed, of 320."""
        return round(_BAR * min(max(self.day_of, 0), self.length) / self.length, 1) if self.length else _BAR


@dataclass(frozen=True)
class Standing:
    """How a deadline stood on a day: its state, and the days between which its date lay."""

    state: str
    due: date | None
    latest: date | None


def ended_of(clocks: Iterable[ClockCard]) -> list[ClockCard]:
    """Return those that have ended, the one with the latest day first."""
    return sorted((one for one in clocks if one.has_ended), key=lambda one: one.due or date.min, reverse=True)


def dated(readings: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return stored readings of a disputed date, each with its `day`; None for never."""
    return [{**one, "day": date.fromisoformat(one["due"]) if one["due"] else None} for one in readings]


def standing_on(deadline: Deadline, day: date) -> Standing | None:
    """Return how the deadline stood on a day of its zone's calendar; None before it started."""
    if deadline.started_on is None or deadline.started_on > day:
        return None
    if deadline.due_latest is None:
        return Standing(deadline.state, None, None)
    segment = max((one for one in deadline.life if one["from"] <= day.isoformat()), key=_begin, default=None)
    if segment is None:
        return Standing(deadline.state, deadline.due, deadline.due_latest)
    due = deadline.override_due or date.fromisoformat(segment["due_earliest"])
    latest = deadline.override_due or date.fromisoformat(segment["due_latest"])
    state = segment["state"]
    if state == Deadline.State.RUNNING and day > latest:
        state = Deadline.State.TOOK_EFFECT
    return Standing(state, due, latest)


def _begin(segment: dict[str, str]) -> str:
    return segment["from"]


def card(deadline: Deadline, viewpoint: Viewpoint) -> ClockCard | None:
    """Return the card of a deadline at a viewpoint; None if it had not started."""
    day = today_in(deadline.zone, viewpoint.instant(deadline.zone))
    standing = standing_on(deadline, day)
    if standing is None or deadline.started_on is None:
        return None
    due = standing.due
    return ClockCard(
        deadline=deadline,
        state=standing.state,
        due=due,
        latest=standing.latest,
        days=viewpoint.days_left(deadline, due) if due else None,
        day_of=(day - deadline.started_on).days,
        length=(due - deadline.started_on).days if due else 0,
    )


def cards(deadlines: Iterable[Deadline], viewpoint: Viewpoint) -> list[ClockCard]:
    """Return the cards of all that had started, running ones first, then by date."""
    seen = [one for one in (card(deadline, viewpoint) for deadline in deadlines) if one]
    return sorted(seen, key=place_of)


def place_of(one: ClockCard) -> tuple[bool, int]:
    """Return what cards are sorted by: running ones first, then the nearest to the day, those without a date last."""
    return (not one.is_running, abs(one.days) if one.days is not None else 10**6)
