"""What a mail says of a clock or a statement, in words of the reader's language.

Every number is counted by the same function as on the pages. The words follow the language that is active; the
record's own content is told as it stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.dateformat import format as formatted
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alerts.direction import apart
from alerts.models import TEST, AlertKind
from events.clause_words import citation_words
from events.clocks import days_left
from events.models import Change, Deadline
from events.step_words import told_step, why_no_date
from treaties.day_words import day_words

if TYPE_CHECKING:
    from datetime import date, datetime

    from alerts.models import Alert


@dataclass(frozen=True)
class Facts:
    """All that mails about one subject share on one day: alerts with equal facts read alike but for the person."""

    kind: str
    deadline_id: int | None
    event_id: int | None
    version: int
    days: int | None
    previous_due: date | None
    because: str
    language: str


def facts_of(alert: Alert, *, at: datetime, because: str = "") -> Facts:
    """Return what the alert would tell at the instant `at`, with the days that are truly left then.

    `because` says why its reader gets it.
    """
    deadline = alert.deadline
    days = days_left(deadline.due, at=at, zone=deadline.zone) if deadline and deadline.due else None
    return Facts(
        kind=alert.sample_of if alert.kind == TEST else alert.kind,
        deadline_id=alert.deadline_id,
        event_id=alert.event_id,
        version=alert.version,
        days=days,
        previous_due=alert.previous_due,
        because=because,
        language=alert.subscriber.reading_language,
    )


def count_words(days: int | None) -> str:
    """Return "1,826 days left", "1 day left", "today" or "yesterday"."""
    if days is None:
        return ""
    number = {"number": intcomma(abs(days))}
    if days > 0:
        return ngettext("%(number)s day left", "%(number)s days left", days) % number
    earlier = ngettext("%(number)s day ago", "%(number)s days ago", -days) % number
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
    citation = citation_words(deadline.citation)
    leading = [step for step in deadline.steps if step.get("result")]
    return f"{citation}. {told_step(leading[-1]).text}" if leading else citation


def gone_words(deadline: Deadline) -> str:
    """Return why a date no longer holds."""
    return {
        Deadline.State.REVOKED: _("The act that started this clock was revoked before it took effect."),
        Deadline.State.PAUSED: _("The clock has been paused."),
        Deadline.State.SUPERSEDED: _("The treaty has been superseded by another."),
        Deadline.State.WITHDRAWN: _("The act that started this clock is no longer on record."),
        Deadline.State.UNDETERMINED: _("No date can be computed any more: %(reason)s")
        % {"reason": why_no_date(deadline).text},
    }.get(Deadline.State(deadline.state), "")


def cause_words(change: Change | None) -> str:
    """Return what editors changed to move a date, and their note for readers; nothing if the record moved by itself."""
    if change is None:
        return ""
    done = {
        Change.Kind.PUBLISHED: _("Newly on record: %(row)s."),
        Change.Kind.CORRECTED: _("Corrected on record: %(row)s."),
        Change.Kind.WITHDRAWN: _("Taken off the record: %(row)s."),
    }[Change.Kind(change.kind)]
    return f"{done % {'row': apart(change.row_label)}} {apart(change.public_note)}".strip()


def headline(deadline: Deadline, facts: Facts) -> str:
    """Return what has happened to the clock, with its title."""
    effect = _("Was due: %(title)s") if deadline.provision.is_obligation else _("Took effect: %(title)s")
    resumed = _("This date holds again: %(title)s")
    news = {
        AlertKind.STARTED: _("A clock has started: %(title)s"),
        AlertKind.LEAD: "%(title)s",
        AlertKind.MOVED: resumed if facts.previous_due == deadline.due else _("A date has moved: %(title)s"),
        AlertKind.WITHDRAWN: _("A date no longer holds: %(title)s"),
        AlertKind.TOOK_EFFECT: effect,
    }[AlertKind(facts.kind)]
    return news % {"title": apart(deadline.title)}


def subject(deadline: Deadline, facts: Facts) -> str:
    """Return the subject: treaty first, then date and days left."""
    values = {
        "count": count_words(facts.days),
        "title": apart(deadline.title),
        "due": day_words(deadline.due) if deadline.due else "",
        "previous": day_words(facts.previous_due) if facts.previous_due else "",
    }
    was_due, took_effect = _("was due on %(due)s: %(title)s"), _("took effect on %(due)s: %(title)s")
    moved, resumed = _("date moved: was %(previous)s, now %(due)s: %(title)s"), _("holds again: %(due)s: %(title)s")
    news = {
        AlertKind.STARTED: _("clock started, %(count)s: %(title)s, %(due)s"),
        AlertKind.LEAD: _("%(count)s: %(title)s, %(due)s"),
        AlertKind.MOVED: resumed if facts.previous_due == deadline.due else moved,
        AlertKind.WITHDRAWN: _("no longer %(previous)s: %(title)s"),
        AlertKind.TOOK_EFFECT: was_due if deadline.provision.is_obligation else took_effect,
    }[AlertKind(facts.kind)]
    treaty = apart(str(deadline.provision.treaty))
    named = _("%(treaty)s: %(news)s") % {"treaty": treaty, "news": news % values}
    return " ".join(named.split())
