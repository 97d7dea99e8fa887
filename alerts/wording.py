"""What a mail says of a clock, in words and numbers; every number counted by the same function as on the pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from alerts.models import AlertKind
from events.clocks import days_left, write_day
from events.models import Deadline

if TYPE_CHECKING:
    from datetime import date, datetime

    from alerts.models import Alert


@dataclass(frozen=True)
class Facts:
    """All that mails about one clock share on one day: two alerts with equal facts read alike but for the person."""

    kind: str
    deadline_id: int
    version: int
    days: int | None
    previous_due: date | None


def facts_of(alert: Alert, *, at: datetime) -> Facts:
    """Return what the alert would tell at the instant `at`, with the days that are truly left then."""
    deadline = alert.deadline
    days = days_left(deadline.due, at=at, zone=deadline.zone) if deadline.due else None
    return Facts(alert.kind, deadline.pk, alert.deadline_version, days, alert.previous_due)


def count_words(days: int | None) -> str:
    """Return "181 days left", "1 day left", "today" or "yesterday"."""
    if days is None:
        return ""
    if days > 0:
        return f"{days} day{'' if days == 1 else 's'} left"
    return {0: "today", -1: "yesterday"}.get(days, f"{-days} days ago")


def due_words(deadline: Deadline) -> str:
    """Return the day with its weekday, or the span of a coarse one."""
    first, last = deadline.due, deadline.due_latest
    if first is None:
        return ""
    if deadline.override_due is None and last is not None and first != last:
        return f"between {write_day(first)} and {write_day(last)}"
    return f"{first:%A}, {write_day(first)}"


def why_words(deadline: Deadline) -> str:
    """Return in one line why the date is this one: the editor's reason, or the clause and the last step."""
    if deadline.override_due is not None:
        return f"An editor set this date: {deadline.override_reason}"
    steps = [step["text"] for step in deadline.steps if step.get("result")]
    return f"{deadline.citation}. {steps[-1]}" if steps else deadline.citation


def gone_words(deadline: Deadline) -> str:
    """Return why a date no longer holds."""
    return {
        Deadline.State.REVOKED: "The act that started this clock was revoked before it took effect.",
        Deadline.State.PAUSED: "The clock has been paused.",
        Deadline.State.SUPERSEDED: "The treaty has been superseded by another.",
        Deadline.State.WITHDRAWN: "The act that started this clock is no longer on record.",
        Deadline.State.UNDETERMINED: f"No date can be computed any more: {deadline.undetermined_reason}",
    }.get(Deadline.State(deadline.state), "")


def effect_words(deadline: Deadline) -> str:
    """Return what happened on the day: something took effect, or was due."""
    return "was due on" if deadline.provision.is_obligation else "took effect on"


def subject(deadline: Deadline, facts: Facts) -> str:
    """Return the subject: treaty first, then date and days left."""
    treaty, due = str(deadline.provision.treaty), write_day(deadline.due) if deadline.due else ""
    previous = write_day(facts.previous_due) if facts.previous_due else ""
    by_kind = {
        AlertKind.STARTED: f"clock started, {count_words(facts.days)}: {deadline.title}, {due}",
        AlertKind.LEAD: f"{count_words(facts.days)}: {deadline.title}, {due}",
        AlertKind.MOVED: f"date moved: was {previous}, now {due}: {deadline.title}",
        AlertKind.WITHDRAWN: f"no longer {previous}: {deadline.title}",
        AlertKind.TOOK_EFFECT: f"{effect_words(deadline)} {due}: {deadline.title}",
    }
    return " ".join(f"{treaty}: {by_kind[AlertKind(facts.kind)]}".split())
