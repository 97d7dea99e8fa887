"""What follows from a report: an address that is bad or fails repeatedly is suppressed, a complaint unsubscribes."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from alerts import bounces
from alerts.models import Alert, BounceReport, Subscriber
from alerts.services import form_mails, outbox
from alerts.services.subscribing import unsubscribe

if TYPE_CHECKING:
    from datetime import datetime

    from alerts.models import FormMail
    from alerts.refusals import Refusal

# So many soft bounces of different mails within so many days suppress an address as one hard bounce does.
SOFT_BOUNCES, SOFT_DAYS = 5, 14
_KEPT_BYTES = 65_536


@transaction.atomic
def take_report(content: bytes, *, at: datetime) -> tuple[BounceReport, bool]:
    """Keep a report and do what follows from it; the second value is False if this very report was known already.

    One that cannot be read, or names no mail of ours, is kept too, for an editor to see.
    """
    digest = hashlib.sha256(content).hexdigest()
    report, is_new = BounceReport.objects.get_or_create(
        digest=digest, defaults={"received_at": at, "kind": BounceReport.Kind.UNREADABLE, "reason": "Not read yet."}
    )
    if is_new:
        _read_into(report, content)
        _act(report, at=at)
        report.save()
    return report, is_new


@transaction.atomic
def take_refusal(mail: FormMail, refusal: Refusal, *, at: datetime) -> None:
    """Keep that the relay itself refused, for good, a mail that was asked for on a form; the mail is given up.

    A bad address is suppressed, as if its mail had bounced; anything else is noted only.
    """
    subscriber = _locked_reader(mail)
    if subscriber:
        BounceReport.objects.get_or_create(
            digest=hashlib.sha256(mail.message_id.encode()).hexdigest(),
            defaults={
                "received_at": at,
                "kind": BounceReport.Kind.HARD if refusal.blames_address else BounceReport.Kind.SOFT,
                "subscriber": subscriber,
                "status": refusal.status,
                "reason": str(refusal)[:1000],
            },
        )
        if refusal.blames_address:
            outbox.suppress_address(subscriber.pk, str(refusal))
    form_mails.done(mail)


def _locked_reader(mail: FormMail) -> Subscriber | None:
    """Return whom the mail was for, locked: its owner may be deleting everything at this moment."""
    reader = mail.subscription.subscriber if mail.subscription else form_mails.reader_of(mail)
    return reader and Subscriber.objects.select_for_update().filter(pk=reader.pk).first()


def _read_into(report: BounceReport, content: bytes) -> None:
    try:
        said = bounces.read(content)
    except bounces.UnreadableReportError as error:
        report.reason = str(error)
        report.content = content[:_KEPT_BYTES].decode("utf-8", "replace").replace("\x00", "\N{REPLACEMENT CHARACTER}")
        return
    report.kind, report.status, report.reason = said.kind, said.status[:20], said.words[:1000]
    named = _named_by(said.about)
    if len(named) == 1:
        ((report.alert, report.subscriber),) = named
        return
    fault = "It names two different mails of ours." if named else f"No mail of ours is called {said.about.message_id}."
    report.kind, report.reason = BounceReport.Kind.UNMATCHED, f"{fault} {report.reason}"[:1000]


def _named_by(about: bounces.About) -> list[tuple[Alert | None, Subscriber]]:
    """Return the mail, None if it was asked for on a form, and its reader.

    Two if the Message-ID and the envelope sender contradict each other, so that neither counts.
    """
    mails = Alert.objects.filter(Q(pk=about.named.alert_id) | Q(message_id=about.message_id))
    readers = Subscriber.objects.filter(pk__in=about.named.readers)
    return [
        *((mail, mail.subscriber) for mail in mails.select_related("subscriber")),
        *((None, one) for one in readers),
    ]


def _act(report: BounceReport, *, at: datetime) -> None:
    subscriber = report.subscriber
    if subscriber is None:
        return
    if report.kind == BounceReport.Kind.COMPLAINT:
        unsubscribe(subscriber, at=at)
    elif report.kind == BounceReport.Kind.HARD:
        outbox.suppress_address(subscriber.pk, f"Bounced: {report.status} {report.reason}")
    elif report.kind == BounceReport.Kind.SOFT and _is_one_too_many(report, subscriber, at):
        outbox.suppress_address(subscriber.pk, f"{SOFT_BOUNCES} mails bounced within {SOFT_DAYS} days: {report.reason}")


def _is_one_too_many(report: BounceReport, subscriber: Subscriber, at: datetime) -> bool:
    # Whoever asks on a form notices that nothing comes: of those mails it is noted only.
    if report.alert is None:
        return False
    since = at - timedelta(days=SOFT_DAYS)
    earlier = BounceReport.objects.filter(
        subscriber=subscriber, kind=BounceReport.Kind.SOFT, received_at__gt=since, alert__isnull=False
    ).exclude(alert=report.alert)
    return earlier.values("alert").distinct().count() + 1 >= SOFT_BOUNCES
