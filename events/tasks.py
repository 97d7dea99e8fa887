"""Background work of the record; each task calls one service."""

from celery import shared_task
from django.utils import timezone

from events import generation, services
from events.editorial import proposals


@shared_task(name="events.roll_deadlines")
def roll_deadlines() -> None:
    """Let clocks whose day has passed take effect."""
    services.recompute_all(at=timezone.now())


@shared_task(name="events.fold_generation")
def fold_generation() -> None:
    """Keep the count of the record's moves short."""
    generation.fold()


@shared_task(name="events.publish_due")
def publish_due() -> None:
    """Publish what was scheduled for an hour that has come."""
    proposals.publish_due(at=timezone.now())
