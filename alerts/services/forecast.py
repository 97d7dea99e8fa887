"""What would be mailed if the transaction at hand were committed: asked by an editor before anything is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from alerts.messages import preview
from alerts.models import TEST, Alert
from alerts.services.outbox import WAITING
from alerts.services.planning import plan
from events.signals import MailForecast

if TYPE_CHECKING:
    from datetime import datetime


def forecast(deadline_ids: list[int], event_ids: list[int], *, at: datetime) -> list[MailForecast]:
    """Plan what is wanted at `at` about these clocks and statements, undo it, and return each mail with its people.

    The planning is the one that the outbox goes by, so that what is told here is what would be done. Who gets a mail
    inside a digest is counted with those who get it alone.
    """
    if not deadline_ids and not event_ids:
        return []
    with transaction.atomic():
        plan(at=at)
        about = Q(deadline__in=deadline_ids) | Q(event__in=event_ids)
        rows = Alert.objects.filter(about, planned_at=at, state__in=WAITING).exclude(kind=TEST)
        parts = ["subscriber", "deadline__provision__treaty", "deadline__trigger", "deadline__change", "event"]
        found = _told_alike(list(rows.select_related(*parts)), at=at)
        transaction.set_rollback(True)
    return found


def _told_alike(alerts: list[Alert], *, at: datetime) -> list[MailForecast]:
    people: dict[tuple[object, ...], set[int]] = {}
    first: dict[tuple[object, ...], Alert] = {}
    for alert in alerts:
        key = (alert.kind, alert.deadline_id, alert.event_id, alert.version, alert.previous_due)
        people.setdefault(key, set()).add(alert.subscriber_id)
        first.setdefault(key, alert)
    return [_forecast(alert, frozenset(people[key]), at=at) for key, alert in first.items()]


def _forecast(alert: Alert, readers: frozenset[int], *, at: datetime) -> MailForecast:
    because, link = _("(why this reader gets it)"), _("(a link of the subscriber's own)")
    shown = preview(alert, [], at=at, because=lambda _alert: because, link=link)
    return MailForecast(shown.subject, shown.text, readers)
