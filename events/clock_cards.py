"""What a clock card shows: a deadline as it stood at a viewpoint."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
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
# Steps that tell what befell a clock on their day; an extension tells its new date instead.
_BEFALLING = {"paused", "counted_anew", "resumed", "revoked", "superseded"}
# As many days away as no date is.
UNDATED = 10**6
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
    is_followed: bool = False  # by a later clock of the same party under the same clause

    @property
    def is_running(self) -> bool:
        """Say whether the clock runs, its last day included."""
        return self.state == Deadline.State.RUNNING

    @property
    def has_ended(self) -> bool:
        """Say whether nothing of the clock is still to come; a paused one is past once the party acts anew."""
        return self.state in _ENDED or (self.is_paused and self.is_followed)

    @property
    def is_paused(self) -> bool:
        """Say whether the clock stands still, with `days` left to run."""
        return self.state == Deadline.State.PAUSED

    @property
    def state_label(self) -> str:
        """Return the state in words; of a passed obligation it is not recorded whether it was met."""
        if self.state == Deadline.State.TOOK_EFFECT:
            if self.deadline.provision.is_obligation:
                return _("Deadline passed")
            if self.is_contested:
                return _("Took effect (disputed)")
        return str(Deadline.State(self.state).label)

    @property
    def is_contested(self) -> bool:
        """Say whether somebody holds that it never took effect."""
        return any(one["day"] is None for one in self.readings)

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
        """Return the date with its weekday, or the range of a coarse one; of a paused clock, that it was before."""
        dates = self._dates
        return _("Before the pause: %(dates)s") % {"dates": dates} if dates and self.is_paused else dates

    @property
    def _dates(self) -> str:
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
        """Return the steps that lead to the date as it stood, in words; none where there is no date."""
        if self.days is None:
            return []
        return told_steps(one for one in self.deadline.steps if not self._came_later(one))

    def _came_later(self, step: dict[str, Any]) -> bool:
        """Say whether the step tells what befell the clock only after the day of the viewpoint."""
        if step.get("kind") == "extended":
            return (
                self.latest != self.deadline.due_latest and date.fromisoformat(step["values"]["until"]) != self.latest
            )
        if step.get("kind") not in _BEFALLING or self.deadline.started_on is None:
            return False
        return date.fromisoformat(step["values"]["day"]) > self.deadline.started_on + timedelta(days=self.day_of)

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
    """How a deadline stood on a day: its state and since when, and the days between which its date lay."""

    state: str
    due: date | None
    latest: date | None
    since: date | None = None


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
    return Standing(state, due, latest, date.fromisoformat(segment["from"]))


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
        days=_days(standing, viewpoint.days_left(deadline, due)) if due else None,
        day_of=(day - deadline.started_on).days,
        length=(due - deadline.started_on).days if due else 0,
    )


def _days(standing: Standing, left: int) -> int:
    """Return the days that are left; a pause keeps those that remained when it began."""
    if standing.state != Deadline.State.PAUSED or not standing.due or not standing.since:
        return left
    return (standing.due - standing.since).days


def cards(deadlines: Iterable[Deadline], viewpoint: Viewpoint) -> list[ClockCard]:
    """Return the cards of all that had started, running ones first, then by date."""
    seen = [one for one in (card(deadline, viewpoint) for deadline in deadlines) if one]
    return sorted((_among(one, seen) for one in seen), key=place_of)


def _among(one: ClockCard, others: list[ClockCard]) -> ClockCard:
    """Return the card, told whether the party began anew under the same clause: its paused clock is past then."""
    return replace(one, is_followed=any(_follows(other, one) for other in others)) if one.is_paused else one


def _follows(later: ClockCard, one: ClockCard) -> bool:
    ours, theirs = one.deadline, later.deadline
    is_of_the_same = (ours.provision_id, ours.party_id) == (theirs.provision_id, theirs.party_id)
    return is_of_the_same and bool(ours.started_on and theirs.started_on and ours.started_on < theirs.started_on)


def place_of(one: ClockCard) -> tuple[bool, bool, int]:
    """Return what cards are sorted by: running ones first, then the nearest to the day, those without a date last."""
    is_past = one.is_paused and one.has_ended
    return (not one.is_running, is_past, abs(one.days) if one.days is not None else UNDATED)
