"""A test of the way that every mail takes: planned here, claimed, fenced and sent by the same workers."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from alerts.models import TEST, Alert, Subscriber
from alerts.services.subscribing import find_or_add_subscriber

if TYPE_CHECKING:
    from datetime import datetime

# A test that takes longer has failed.
WORTH = timedelta(hours=1)


class TestMailError(Exception):
    """No test can be sent; the message says why."""


@transaction.atomic
def plan_test(shown: Alert, *, email: str, language: str, at: datetime) -> Alert:
    """Put into the outbox a test that shows what `shown` (in no outbox) would tell, for an editor's own address only.

    It counts as nothing told: no correction follows from it, and no real mail is left out because of it. Whoever also
    follows something gets it in the language of their own mails, whatever `language` says.

    Raises:
        TestMailError: if the account has no address, or the address refuses mail.

    """
    if not email:
        raise TestMailError("Your account has no mail address; set one first.")
    subscriber, _is_new = find_or_add_subscriber(email, state=Subscriber.State.EDITOR, language=language, created_at=at)
    if subscriber.state == Subscriber.State.SUPPRESSED:
        raise TestMailError(
            f"Mail to {email} was refused ({subscriber.suppressed_reason}); lift the suppression first."
        )
    if subscriber.state == Subscriber.State.EDITOR:
        Subscriber.objects.filter(pk=subscriber.pk).update(language=language)
    return Alert.objects.create(
        subscriber=subscriber,
        kind=TEST,
        sample_of=shown.kind,
        deadline=shown.deadline,
        event=shown.event,
        lead_days=shown.lead_days,
        version=shown.version,
        previous_due=shown.previous_due,
        planned_at=at,
        due_at=at,
        not_after=at + WORTH,
    )
