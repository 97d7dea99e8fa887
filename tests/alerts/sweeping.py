"""Sweeps of planning, and what they would have missed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import transaction

from alerts.models import Alert, AskAgain
from alerts.services.outbox import claim
from alerts.services.planning import plan

NOTICE = datetime(2019, 2, 2, 12, tzinfo=UTC)
SETTLED = NOTICE + timedelta(minutes=20)


def missed(at):
    """Return how many mails asking everybody finds that the sweeps have not; changes nothing."""
    with transaction.atomic():
        found = plan(at=at, everybody=True)
        transaction.set_rollback(True)
    return found


def sweep(at):
    """Sweep until nothing is left to do: a sweep may schedule a digest, which the next one sees.

    Whose digest a worker holds is asked again by every sweep until it has gone.
    """
    held = Alert.objects.filter(kind="digest", state="claimed")
    while plan(at=at) or AskAgain.objects.exclude(subscriber_id__in=held.values("subscriber")).exists():
        pass


def take_for_sent(at):
    """Claim all that is due, and take it for sent at `at`."""
    claim(at=at, limit=100)
    Alert.objects.filter(state="claimed").update(state="sent", sent_at=at, claim_token=None, lease_until=None)
