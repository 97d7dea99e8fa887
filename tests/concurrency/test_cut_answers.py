"""A relay that takes a mail and then hangs up, or falls silent: each costs a repeat of that mail, and of no other."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from django.db.models import F
from django.utils import timezone

from alerts.delivery import send_due
from alerts.models import Alert
from alerts.services.planning import plan
from treatywatch.chaos import relay
from treatywatch.chaos.readers import gather, give_notice, invent_treaty
from treatywatch.chaos.tally import Tally
from treatywatch.launcher.valkey import free_port

pytestmark = [pytest.mark.django_db, pytest.mark.stack]

ALERTS = 300
CUT_OF_A_THOUSAND = 50


@pytest.fixture
def journal(settings, tmp_path):
    port, path = free_port(), tmp_path / "journal"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 3
    settings.ALERTS_SETTLE_SECONDS = 0
    process = relay.start(path, port, seed=7, cut_answers=CUT_OF_A_THOUSAND)
    yield path
    process.kill()
    process.wait()


def test_each_cut_answer_costs_one_repeat_of_its_own_mail(journal):
    treaty, at = invent_treaty("cut"), timezone.now()
    gather(treaty, ALERTS, at=at)
    give_notice(treaty, at=at)
    plan(at=timezone.now())
    while waiting := Alert.objects.filter(state="pending"):
        # A mail that met trouble waits for minutes; a test does not.
        waiting.update(due_at=F("planned_at"))
        send_due(clock=timezone.now, batch_size=100)
    tally = Tally(journal)
    tally.read()
    figures = tally.figures()
    assert figures["delivered"] + figures["refused"] == ALERTS
    assert figures["answers_cut"] > ALERTS * CUT_OF_A_THOUSAND / 1000 / 2
    assert figures["repeats"] == figures["repeats_of_cut_answers"] == figures["answers_cut"]
    lines = [json.loads(line) for line in journal.read_text().splitlines()]
    taken, cut = (Counter(line[3] for line in lines if line[0] in kinds) for kinds in (("taken", "cut"), ("cut",)))
    assert {one: count - 1 for one, count in taken.items() if count > 1} == dict(cut)
