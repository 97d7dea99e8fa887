"""When a clock changes, planning need not wait for the next minute."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.dispatch import receiver
from kombu.exceptions import OperationalError

from alerts import tasks
from alerts.services.forecast import forecast
from events.signals import deadlines_changed, mail_forecast_asked

if TYPE_CHECKING:
    from datetime import datetime

    from events.signals import MailForecast

logger = logging.getLogger(__name__)


@receiver(deadlines_changed)
def plan_soon(**_: Any) -> None:
    """Ask for a plan once the change is committed; within an undone transaction nothing is asked."""
    transaction.on_commit(_ask_for_a_plan, robust=True)


def _ask_for_a_plan() -> None:
    try:
        tasks.plan.delay()
    except OperationalError as error:
        # The editor's change is safe, and beat plans every minute anyway: only the minute is lost.
        logger.warning("The broker does not answer, so alerts are planned with the next minute: %s", error)


@receiver(mail_forecast_asked)
def foretell(deadline_ids: list[int], at: datetime, **_: Any) -> list[MailForecast]:
    """Tell an editor which mails an edit would bring."""
    return forecast(deadline_ids, at=at)
