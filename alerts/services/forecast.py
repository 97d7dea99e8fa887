"""What would be mailed if the transaction at hand were committed: asked by an editor before anything is."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from alerts.messages import Moulds
from alerts.models import Alert
from alerts.services.planning import plan
from alerts.wording import facts_of
from events.signals import MailForecast

if TYPE_CHECKING:
    from datetime import datetime

# Each mail has places for links that are one subscriber's own; an editor is shown none.
_PERSONAL = re.compile(r"@@\w+@@")


def forecast(deadline_ids: list[int], *, at: datetime) -> list[MailForecast]:
    """Plan what is wanted at `at` about these clocks, undo it, and return each different mail with its people.

    The planning is the one that the outbox goes by, so that what is told here is what would be done.
    """
    if not deadline_ids:
        return []
    with transaction.atomic():
        plan(at=at)
        rows = Alert.objects.filter(planned_at=at, deadline__in=deadline_ids, state=Alert.State.PENDING)
        found = _told_alike(list(rows.select_related("deadline__provision__treaty", "deadline__trigger")), at=at)
        transaction.set_rollback(True)
    return found


def _told_alike(alerts: list[Alert], *, at: datetime) -> list[MailForecast]:
    people: dict[tuple[str, str], set[int]] = {}
    moulds = Moulds()
    for alert in alerts:
        mould = moulds.get(alert.deadline, facts_of(alert, at=at))
        people.setdefault((mould.subject, _text(mould.content)), set()).add(alert.subscriber_id)
    return [MailForecast(title, text, len(who)) for (title, text), who in people.items()]


def _text(content: bytes) -> str:
    message = message_from_bytes(content, policy=policy.default)
    part = message.get_body(preferencelist=("plain",))
    return _PERSONAL.sub(_("(a link of the subscriber's own)"), part.get_content()) if part else ""
