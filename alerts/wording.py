"""What a mail says of a clock, in words and numbers; every number counted by the same function as on the pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.dateformat import format as formatted
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alerts.models import AlertKind
from events.clocks import days_left
from events.models import Deadline
from treaties.day_words import day_words

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
    language: str


def facts_of(alert: Alert, *, at: datetime) -> Facts:
    """Return what the alert would tell at the instant `at`, with the days that are truly left then."""
    deadline = alert.deadline
    days = days_left(deadline.due, at=at, zone=deadline.zone) if deadline.due else None
    return Facts(
        alert.kind, deadline.pk, alert.deadline_version, days, alert.previous_due, alert.subscriber.reading_language
    )


def count_words(days: int | None) -> str:
    """Return "181 days left", "1 day left", "today" or "yesterday"."""
    if days is None:
        return ""
    if days > 0:
        return ngettext("%(number)d day left", "%(number)d days left", days) % {"number": days}
    earlier = ngettext("%(number)d day ago", "%(number)d days ago", -days) % {"number": -days}
    return {0: _("today"), -1: _("yesterday")}.get(days, earlier)


def due_words(deadline: Deadline) -> str:
    """Return the day with its weekday, or the span of a coarse one."""
    first, last = deadline.due, deadline.due_latest
    if first is None:
        return ""
    if deadline.override_due is None and last is not None and first != last:
        return _("between %(first)s and %(last)s") % {"first": day_words(first), "last": day_words(last)}
    return _("%(weekday)s, %(day)s") % {"weekday": formatted(first, "l"), "day": day_words(first)}


def why_words(deadline: Deadline) -> str:
    """Return in one line why the date is this one: the editor's reason, or the clause and the last step."""
    if deadline.override_due is not None:
        return _("An editor set this date: %(reason)s") % {"reason": deadline.override_reason}
    steps = [step["text"] for step in deadline.steps if step.get("result")]
    return f"{deadline.citation}. {steps[-1]}" if steps else deadline.citation


def gone_words(deadline: Deadline) -> str:
    """Return why a date no longer holds."""
    return {
        Deadline.State.REVOKED: _("The act that started this clock was revoked before it took effect."),
        Deadline.State.PAUSED: _("The clock has been paused."),
        Deadline.State.SUPERSEDED: _("The treaty has been superseded by another."),
        Deadline.State.WITHDRAWN: _("The act that started this clock is no longer on record."),
        Deadline.State.UNDETERMINED: _("No date can be computed any more: %(reason)s")
        % {"reason": deadline.undetermined_reason},
    }.get(Deadline.State(deadline.state), "")


def subject(deadline: Deadline, facts: Facts) -> str:
    """Return the subject: treaty first, then date and days left."""
    values = {
        "count": count_words(facts.days),
        "title": deadline.title,
        "due": day_words(deadline.due) if deadline.due else "",
        "previous": day_words(facts.previous_due) if facts.previous_due else "",
    }
    was_due, took_effect = _("was due on %(due)s: %(title)s"), _("took effect on %(due)s: %(title)s")
    news = {
        AlertKind.STARTED: _("clock started, %(count)s: %(title)s, %(due)s"),
        AlertKind.LEAD: _("%(count)s: %(title)s, %(due)s"),
        AlertKind.MOVED: _("date moved: was %(previous)s, now %(due)s: %(title)s"),
        AlertKind.WITHDRAWN: _("no longer %(previous)s: %(title)s"),
        AlertKind.TOOK_EFFECT: was_due if deadline.provision.is_obligation else took_effect,
    }[AlertKind(facts.kind)]
    return " ".join(f"{deadline.provision.treaty}: {news % values}".split())
