"""What a timeline shows: entries by year, what is still scheduled, and where everybody stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from events.dates import is_exact, wording
from events.models import Event, Statement

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from events.clock_cards import ClockCard

_GROUPS = {
    "legal": {
        "signature",
        "ratification",
        "adoption",
        "entry_into_force",
        "notice_of_withdrawal",
        "revocation_of_notice",
        "withdrawal_effect",
        "suspension",
        "extension",
        "expiry",
        "order",
        "decision",
        "supersession",
        "pause_of_notice",
        "resumption_of_notice",
        "snapback_notification",
    },
    "claim": {"accusation", "denial"},
    "talk": {"meeting", "talks"},
}
GROUP_LABELS = {"legal": _("Legal act"), "claim": _("Compliance claim"), "stmt": _("Statement"), "talk": _("Talks")}
_TONES = {
    "supports": "for",
    "opposes": "against",
    "accuses": "against",
    "denies": "against",
    "warns": "against",
    "suspends": "susp",
    "withdraws": "susp",
    "appeals": "talks",
    "pledges": "for",
}


def group_of(kind: str) -> str:
    """Return the group (legal, claim, talk, stmt) to which a kind of event belongs."""
    return next((group for group, kinds in _GROUPS.items() if kind in kinds), "stmt")


def kinds_of(group: str) -> list[str]:
    """Return the kinds of events in a group."""
    return [str(kind) for kind in Event.Kind.values if group_of(kind) == group]


@dataclass(frozen=True)
class Entry:
    """An event as a timeline shows it."""

    event: Event
    statement: Statement | None
    group: str
    group_label: str
    when: str
    exact: bool

    @property
    def tone(self) -> str:
        """Return the class by which a stance is drawn; its word always stands beside it."""
        return _TONES.get(self.statement.stance, "note") if self.statement else ""

    @property
    def who(self) -> str:
        """Return who spoke or acted."""
        if self.statement:
            return str(self.statement.speaker or self.statement.body)
        return str(self.event.actor or ", ".join(str(party) for party in self.event.parties.all()))


def entry(event: Event) -> Entry:
    """Return the timeline entry of an event fetched with `for_timeline`."""
    statement = getattr(event, "statement", None)
    group = group_of(event.kind)
    return Entry(event, statement, group, str(GROUP_LABELS[group]), wording(event), is_exact(event))


@dataclass(frozen=True)
class Year:
    """The entries of one year, newest first unless asked otherwise."""

    number: int
    entries: list[Entry]
    scheduled: list[ClockCard] = field(default_factory=list)


def by_year(entries: Iterable[Entry], scheduled: Iterable[ClockCard] = ()) -> list[Year]:
    """Group entries by the year in which they can have begun; scheduled deadlines join the year they are due."""
    grouped = [Year(number, list(rows)) for number, rows in groupby(entries, lambda one: one.event.earliest.year)]
    for clock in scheduled:
        if clock.due:
            _place(clock, clock.due.year, grouped)
    return grouped


def _place(clock: ClockCard, number: int, years: list[Year]) -> None:
    for year in years:
        if year.number == number:
            year.scheduled.append(clock)
            return
    years.insert(0, Year(number, [], [clock]))


def positions(entries: Iterable[Entry]) -> list[Entry]:
    """Return the latest statement of each party, newest first: where they stand."""
    latest: dict[int, Entry] = {}
    for one in sorted(entries, key=lambda one: (one.event.latest, one.event.pk), reverse=True):
        if one.statement and one.event.actor_id is not None:
            latest.setdefault(one.event.actor_id, one)
    return list(latest.values())


def counts_by_year(days: Iterable[date]) -> dict[int, int]:
    """Return how many events each year has, oldest year first."""
    counts: dict[int, int] = {}
    for day in sorted(days):
        counts[day.year] = counts.get(day.year, 0) + 1
    return counts
