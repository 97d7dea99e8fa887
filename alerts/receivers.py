"""When a clock changes, planning need not wait for the next minute."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.dispatch import receiver

from alerts import tasks
from alerts.services.forecast import forecast
from alerts.waking import wake
from events.signals import deadlines_changed, mail_forecast_asked

if TYPE_CHECKING:
    from datetime import datetime

    from events.signals import MailForecast


@receiver(deadlines_changed)
def plan_soon(**_: Any) -> None:
    """Ask for a plan once the change is committed; within an undone transaction nothing is asked."""
    transaction.on_commit(partial(wake, tasks.plan), robust=True)


@receiver(mail_forecast_asked)
def foretell(deadline_ids: list[int], event_ids: list[int], at: datetime, **_: Any) -> list[MailForecast]:
    """Tell an editor which mails an edit would bring."""
    return forecast(deadline_ids, event_ids, at=at)
