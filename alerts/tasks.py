"""Background work of the alerts; each task calls one service, carries no payload, and may run twice or late."""

import logging

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from alerts import delivery, form_answers
from alerts.models import Heartbeat
from alerts.services import outbox, planning

logger = logging.getLogger(__name__)

MOST_WAKE_UPS = 8


@shared_task(name="alerts.plan")
def plan() -> None:
    """Put what is wanted now into the outbox, unless another worker is in the middle of it."""
    if planning.plan_unless_at_work(at=timezone.now()):
        # Only now: a planning that fails each time, or never ends, is silent, though beat and workers run.
        _leave_heartbeat(Heartbeat.PLAN)


@shared_task(name="alerts.plan_for_everybody")
def plan_for_everybody() -> None:
    """Ask all followers of everything, whatever is noted: what the sweeps have missed is planned, and told."""
    missed = planning.plan_for_everybody(at=timezone.now())
    if missed:
        logger.error("The sweeps of planning had missed %d mails, which are planned now.", missed)


@shared_task(name="alerts.dispatch")
def dispatch() -> None:
    """Wake as many senders as the due mails need."""
    _leave_heartbeat(Heartbeat.DISPATCH)
    batch = settings.ALERTS_BATCH_SIZE
    waiting = outbox.due(at=timezone.now())[: MOST_WAKE_UPS * batch].count()
    for _ in range(-(-waiting // batch)):
        # Whom no worker has taken up by the next dispatch, that dispatch wakes again: the queue does not grow.
        send_due.apply_async(expires=settings.ALERTS_DISPATCH_SECONDS)


@shared_task(name="alerts.send_due")
def send_due() -> None:
    """Send what is due, until the next dispatch at most: then other tasks have their turn."""
    delivery.send_due(
        clock=timezone.now, batch_size=settings.ALERTS_BATCH_SIZE, seconds=settings.ALERTS_DISPATCH_SECONDS
    )


@shared_task(name="alerts.answer_forms")
def answer_forms() -> None:
    """Mail what was asked for on forms."""
    form_answers.answer_forms(clock=timezone.now)


@shared_task(name="alerts.reap")
def reap() -> None:
    """Take back what a dead worker held."""
    outbox.reap(at=timezone.now())


def _leave_heartbeat(name: str) -> None:
    Heartbeat.objects.update_or_create(name=name, defaults={"at": timezone.now()})
