"""What a subscriber sees and changes without an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.admin.models import DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q

from alerts.models import Alert, BounceReport, FormMail, Mute, Subscriber, Subscription
from alerts.services import runs

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.db import models

SHOWN_MAILS = 100
_FORGOTTEN = "(deleted as its owner asked)"
_AUDITED = "All that was stored of one subscriber, on request"


def wishes_of(subscriber: Subscriber) -> Iterable[Subscription]:
    """Return what the subscriber follows, or has asked to follow."""
    rows = subscriber.subscriptions.exclude(state=Subscription.State.ENDED)
    return rows.select_related("treaty", "party", "deadline").order_by("pk")


def mails_to(subscriber: Subscriber, *, at: datetime) -> Iterable[Alert]:
    """Return the latest mails to the subscriber, with what became of them, to the last one that the relay took."""
    runs.fold_of_reader(subscriber.pk, at=at)
    return subscriber.alerts.select_related("deadline", "event").order_by("-planned_at", "-pk")[:SHOWN_MAILS]


def left_by(subscriber: Subscriber) -> Iterable[Mute]:
    """Return the treaties and deadlines that the subscriber has left though a wider wish may cover them."""
    return subscriber.mutes.filter(lifted_at=None).select_related("treaty", "deadline").order_by("pk")


def change_wish(subscriber: Subscriber, wish_id: int, *, kinds: list[str], lead_days: list[int]) -> bool:
    """Change what a subscription tells, and how many days before; False if it is not the subscriber's, or has ended."""
    wishes = Subscription.objects.filter(pk=wish_id, subscriber=subscriber).exclude(state=Subscription.State.ENDED)
    return bool(wishes.update(kinds=kinds, lead_days=lead_days))


@transaction.atomic
def end_wish(subscriber: Subscriber, wish_id: int, *, at: datetime) -> bool:
    """End one subscription; what waits and is wanted by no other one is stopped by its fence. False if not theirs."""
    wishes = Subscription.objects.filter(pk=wish_id, subscriber=subscriber).exclude(state=Subscription.State.ENDED)
    return bool(
        wishes.update(state=Subscription.State.ENDED, ended_at=at, ended_reason="ended on the preferences page")
    )


@transaction.atomic
def forget(subscriber: Subscriber) -> None:
    """Delete the address and everything about it, and take it out of what others have written down."""
    address = subscriber.email
    FormMail.objects.filter(email__iexact=address).delete()
    subscriber.delete()
    # Known by its digest still, so that the same report is not taken in again from the mailbox.
    nobody = BounceReport.objects.filter(subscriber=None)
    nobody.filter(Q(content__icontains=address) | Q(reason__icontains=address)).update(content="", reason=_FORGOTTEN)
    LogEntry.objects.filter(object_repr__icontains=address).update(object_repr=_FORGOTTEN)
    LogEntry.objects.filter(change_message__icontains=address).update(change_message=_FORGOTTEN)


@transaction.atomic
def forget_on_request(subscriber: Subscriber, *, by: Any) -> None:
    """Forget a subscriber who has asked for it by letter; noted is who did it (user `by`) and when, not of whom."""
    forget(subscriber)
    LogEntry.objects.create(
        user_id=by.pk,
        content_type=ContentType.objects.get_for_model(Subscriber),
        object_repr=_AUDITED,
        action_flag=DELETION,
    )


def exported(subscriber: Subscriber, *, at: datetime) -> dict[str, Any]:
    """Return all that is stored of the subscriber, for a file of their own: every column of every row."""
    runs.fold_of_reader(subscriber.pk, at=at)
    wishes = subscriber.subscriptions.select_related("treaty", "party", "deadline")
    mutes = subscriber.mutes.select_related("treaty", "deadline")
    mails = subscriber.alerts.select_related("deadline", "event")
    asked = FormMail.objects.filter(email__iexact=subscriber.email)
    return {
        "address": subscriber.email,
        "settings": _columns(subscriber),
        "subscriptions": [{"follows": one.followed, **_columns(one)} for one in wishes.order_by("pk")],
        "left": [{"what": str(one.treaty or one.deadline), **_columns(one)} for one in mutes.order_by("pk")],
        "mails": [
            {"about": one.about.title if one.about else "", **_columns(one)} for one in mails.order_by("pk").iterator()
        ],
        "bounce_reports": [_columns(one) for one in subscriber.bounce_reports.order_by("pk")],
        "asked_on_forms": [_columns(one) for one in asked.order_by("pk")],
    }


def _columns(row: models.Model) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
