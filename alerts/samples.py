"""Mails shown before anybody gets one: every kind with what is on record, as it would have been written on its day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from alerts.confirmation_mail import confirmation, link_to_page
from alerts.messages import preview
from alerts.models import DEFAULT_LEAD_DAYS, DIGEST, Alert, AlertKind, FormMail, Subscriber
from alerts.reasons import because_words
from events.clocks import days_left
from events.models import Deadline, Statement

if TYPE_CHECKING:
    from collections.abc import Callable

    from alerts.messages import Shown
    from events.querysets import DeadlineQuerySet

EMPTY_DIGEST = "digest-empty"
KINDS = [*AlertKind.values, DIGEST, EMPTY_DIGEST, *FormMail.Kind.values]
_LEAD_DAYS = 30
# As a reader who chose nothing would be told: by the nearest lead that has come.
_LEADS = sorted(DEFAULT_LEAD_DAYS)
_LOOKED_THROUGH = 200
_IN_A_DIGEST = 3


@dataclass(frozen=True)
class Sample:
    """An alert that is in no outbox, the instant at which it is shown, and what it carries if it is a digest."""

    alert: Alert
    at: datetime
    items: list[Alert] = field(default_factory=list)


def sample_of(kind: str, *, deadline: Deadline | None = None) -> Sample | None:
    """Return a mail of this kind about a deadline, or about whatever on record shows it best; None if nothing does."""
    if kind == DIGEST:
        return _digest()
    if kind == EMPTY_DIGEST:
        return Sample(_weekly(), timezone.now())
    if kind == AlertKind.STATEMENT:
        return _statement()
    rows = [deadline] if deadline else _candidates(kind).with_parts().select_related("change")[:_LOOKED_THROUGH]
    return next(filter(None, map(_SAMPLES[kind], rows)), None)


def shown(sample: Sample, *, link: str) -> Shown:
    """Return how the sample reads in the active language."""
    sample.alert.subscriber.language = translation.get_language() or ""
    return preview(sample.alert, sample.items, at=sample.at, because=_because, link=link)


def shown_kind(kind: str, *, link: str) -> Shown | None:
    """Return how a mail of any of `KINDS` reads in the active language; None if nothing on record shows it."""
    if kind == FormMail.Kind.CONFIRMATION:
        return confirmation(_("everything"), link=settings.PUBLIC_URL + link)
    if kind == FormMail.Kind.LINK:
        return link_to_page(link=settings.PUBLIC_URL + link)
    sample = sample_of(kind)
    return shown(sample, link=settings.PUBLIC_URL + link) if sample else None


def _because(alert: Alert) -> str:
    followed = alert.deadline.provision.treaty if alert.deadline else alert.event and alert.event.treaties.first()
    return because_words(str(followed or _("everything")), alert.kind, alert.lead_days)


def _alert(kind: str, deadline: Deadline, **values: object) -> Alert:
    reader = Subscriber(email="reader@example.org", rhythm=Subscriber.Rhythm.IMMEDIATE)
    return Alert(kind=kind, deadline=deadline, version=deadline.version, subscriber=reader, **values)


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def _started(deadline: Deadline) -> Sample | None:
    if deadline.due is None or deadline.started_on is None or deadline.started_on >= deadline.due:
        return None
    return Sample(_alert(AlertKind.STARTED, deadline), _noon(deadline.started_on))


def _lead(deadline: Deadline) -> Sample | None:
    if deadline.due is None:
        return None
    return Sample(
        _alert(AlertKind.LEAD, deadline, lead_days=_LEAD_DAYS), _noon(deadline.due - timedelta(days=_LEAD_DAYS))
    )


def _took_effect(deadline: Deadline) -> Sample | None:
    if deadline.due is None:
        return None
    return Sample(_alert(AlertKind.TOOK_EFFECT, deadline), _noon(deadline.due + timedelta(days=1)))


def _moved(deadline: Deadline) -> Sample | None:
    """Show the last move in the clock's own life: an extension, a pause, an editor's date."""
    if deadline.due is None:
        return None
    earlier = [one for one in deadline.life if one.get("due_earliest") not in {None, deadline.due.isoformat()}]
    if not earlier:
        return None
    later = [one for one in deadline.life if one.get("due_earliest") == deadline.due.isoformat()]
    day = date.fromisoformat(later[0]["from"]) if later else deadline.state_since
    previous = date.fromisoformat(earlier[-1]["due_earliest"])
    return Sample(_alert(AlertKind.MOVED, deadline, previous_due=previous), _noon(day))


def _withdrawn(deadline: Deadline) -> Sample | None:
    if deadline.due_earliest is None:
        return None
    return Sample(
        _alert(AlertKind.WITHDRAWN, deadline, previous_due=deadline.due_earliest), _noon(deadline.state_since)
    )


_SAMPLES: dict[str, Callable[[Deadline], Sample | None]] = {
    AlertKind.STARTED: _started,
    AlertKind.LEAD: _lead,
    AlertKind.MOVED: _moved,
    AlertKind.WITHDRAWN: _withdrawn,
    AlertKind.TOOK_EFFECT: _took_effect,
}


def _candidates(kind: str) -> DeadlineQuerySet:
    rows = Deadline.objects.on_record()
    if kind == AlertKind.STARTED:
        return rows.filter(trigger__isnull=False).order_by("-started_on", "slug")
    if kind == AlertKind.LEAD:
        return rows.filter(state=Deadline.State.RUNNING).order_by("due_earliest", "slug")
    if kind == AlertKind.MOVED:
        return rows.filter(life__1__isnull=False).order_by("-due_earliest", "slug")
    if kind == AlertKind.WITHDRAWN:
        gone = [Deadline.State.REVOKED, Deadline.State.PAUSED, Deadline.State.SUPERSEDED]
        return rows.filter(state__in=gone).order_by("-state_since", "slug")
    return rows.filter(state=Deadline.State.TOOK_EFFECT).order_by("-due_earliest", "slug")


def _statement() -> Sample | None:
    # The list of statements holds them as events too; one row is enough.
    said = Statement.objects.published().select_related("event_ptr", "speaker", "actor").order_by("-earliest", "slug")
    one = said.first()
    if one is None:
        return None
    reader = Subscriber(email="reader@example.org", rhythm=Subscriber.Rhythm.IMMEDIATE)
    alert = Alert(kind=AlertKind.STATEMENT, event=one.event_ptr, version=one.revision, subscriber=reader)
    return Sample(alert, _noon(one.latest))


def _digest() -> Sample | None:
    rows = _candidates(AlertKind.LEAD).with_parts().select_related("change")
    at = timezone.now()
    first, last = at.date(), at.date() + timedelta(days=_LEADS[-1])
    rows = rows.filter(due_earliest__range=(first, last), override_due=None)[:_IN_A_DIGEST]
    items = [_alert(AlertKind.LEAD, deadline, lead_days=_nearest_lead(deadline, at)) for deadline in rows]
    return Sample(_weekly(), at, items) if items else None


def _weekly() -> Alert:
    return Alert(kind=DIGEST, subscriber=Subscriber(email="reader@example.org", rhythm=Subscriber.Rhythm.WEEKLY))


def _nearest_lead(deadline: Deadline, at: datetime) -> int:
    left = days_left(deadline.due, at=at, zone=deadline.zone) if deadline.due else 0
    return next((days for days in _LEADS if days >= left), _LEADS[-1])
