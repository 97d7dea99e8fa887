"""Workers killed at any moment, mid-SMTP included: nothing is lost, and no kill costs more than one repeat.

Counted from what the relay received, not from our own tables.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from aiosmtpd.controller import Controller
from django.db import connection
from django.utils import timezone

from alerts.models import Alert
from alerts.services import outbox
from alerts.services.planning import plan
from alerts.services.subscribing import unsubscribe
from treatywatch.launcher.valkey import free_port

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stack]

READERS = 200
KILLS = 10
SECONDS = 60
ROOT = Path(__file__).resolve().parent.parent.parent
WORKER = """
import time, django
django.setup()
from django.utils import timezone
from alerts.delivery import send_due
from alerts.services import outbox
while True:
    outbox.reap(at=timezone.now())
    send_due(clock=timezone.now, batch_size=20)
    time.sleep(0.05)
"""


class SlowRelay:
    """Takes its time over each mail, now and then says "later", and remembers what it accepted."""

    def __init__(self, chance):
        self.accepted, self.addresses, self._chance = Counter(), set(), chance

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        await asyncio.sleep(0.01)
        if self._chance.random() < 0.03:
            return "451 4.3.0 busy"
        head = envelope.content.decode("ascii", "replace").split("\r\n\r\n")[0]
        self.accepted[next(line for line in head.splitlines() if line.startswith("Message-ID:"))] += 1
        self.addresses |= set(envelope.rcpt_tos)
        return "250 OK"


@pytest.fixture
def relay():
    handler = SlowRelay(random.Random(2019))
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    handler.port = controller.port
    yield handler
    controller.stop()


def environment(relay):
    database = connection.settings_dict
    # Four slashes after the scheme's own make the settings take the host for a socket directory.
    url = f"postgres://{database['USER']}@/{quote(database['HOST'])}/{database['NAME']}"
    return os.environ | {
        "DATABASE_URL": url,
        "EMAIL_URL": f"smtp://127.0.0.1:{relay.port}",
        "EMAIL_TIMEOUT": "2",
        "ALERTS_LEASE_SECONDS": "3",
        "DJANGO_SETTINGS_MODULE": "treatywatch.settings",
        "PYTHONPATH": str(ROOT),
    }


def start(relay):
    return subprocess.Popen([sys.executable, "-c", WORKER], cwd=ROOT, env=environment(relay))


def test_killed_workers_lose_nothing_and_repeat_at_most_once_a_kill(enter, treaty, follow, relay):
    for number in range(READERS):
        follow(f"reader{number}@example.org", treaty=treaty)
    left = follow("left@example.org", treaty=treaty)
    now = timezone.now()
    enter(day=(now - timedelta(days=1)).date().isoformat(), at=now - timedelta(hours=1))
    assert plan(at=now) == READERS + 1
    unsubscribe(left, at=now)
    chance, kills = random.Random(1987), 0
    workers = [start(relay) for _ in range(2)]
    try:
        end = time.monotonic() + SECONDS
        while time.monotonic() < end and Alert.objects.filter(state__in=["pending", "claimed"]).exists():
            time.sleep(chance.uniform(0.2, 0.8))
            if kills < KILLS and sum(relay.accepted.values()) > 0:
                victim = chance.randrange(len(workers))
                workers[victim].send_signal(signal.SIGKILL)
                workers[victim].wait()
                workers[victim] = start(relay)
                kills += 1
            # A refused mail waits a minute; the test does not.
            waiting = Alert.objects.filter(state="pending", due_at__gt=timezone.now())
            waiting.update(due_at=timezone.now() - timedelta(seconds=1))
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    outbox.reap(at=timezone.now() + timedelta(hours=1))
    repeats = sum(relay.accepted.values()) - len(relay.accepted)
    lost = READERS - len(relay.accepted)
    assert (lost, "left@example.org" in relay.addresses) == (0, False)
    assert kills >= 3, "the test must have killed"
    assert repeats <= kills
    assert Alert.objects.filter(state="sent").count() == READERS
