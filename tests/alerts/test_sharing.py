"""Several workers at one outbox: the last mails are shared, so that none still has hundreds when the others are done."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from redis import Redis

from alerts.services import outbox
from alerts.services.planning import plan
from alerts.tasks import dispatch
from treatywatch.chaos.readers import gather

pytestmark = pytest.mark.django_db

WAITING = 120


@pytest.fixture
def now(enter, treaty):
    """Let so many mails be due, and return the instant."""
    at = timezone.now()
    gather(treaty, WAITING, at=at - timedelta(hours=2))
    # The day before has begun in every zone.
    enter(day=(at - timedelta(days=1)).date().isoformat(), at=at - timedelta(hours=2))
    plan(at=at)
    return at


def claim(at, most):
    return len(outbox.claim(at=at, limit=outbox.share(at=at, most=most)).alerts)


def test_a_worker_leaves_half_of_the_last_mails_to_another(now):
    assert [claim(now, most=500) for _ in range(4)] == [60, 50, 10, 0], "but too few to share are taken at once"


def test_while_there_are_plenty_a_batch_is_full(now):
    assert [claim(now, most=50) for _ in range(4)] == [50, 50, 20, 0]


def test_a_sender_is_woken_for_each_batch(now, settings):
    settings.ALERTS_BATCH_SIZE = 50
    dispatch()
    with Redis.from_url(settings.REDIS_URL) as valkey:
        assert valkey.llen("mail") == 3
