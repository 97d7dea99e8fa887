"""Somebody is told when mail does not flow."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from alerts.models import Alert
from alerts.services import outbox
from alerts.services.planning import plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(enter, treaty, follow):
    now = timezone.now() - timedelta(hours=2)
    follow(treaty=treaty)
    enter(day=now.date().isoformat(), at=now)
    plan(at=now)
    return Alert.objects.get()


def status(exit_code):
    out = StringIO()
    if exit_code:
        with pytest.raises(SystemExit) as ended:
            call_command("alerts_status", "--json", stdout=out)
        assert ended.value.code == exit_code
    else:
        call_command("alerts_status", "--json", stdout=out)
    return json.loads(out.getvalue())


def test_an_empty_outbox_is_well(client, db):
    assert status(0)["troubles"] == []
    assert client.get("/health/alerts").status_code == 200


def test_a_late_mail_is_trouble(waiting, client):
    assert status(1)["late"] == 1
    answer = client.get("/health/alerts")
    assert answer.status_code == 503
    assert answer.json()["troubles"] == ["1 due for more than 15 minutes and never tried."]
    assert client.get("/health/ready").status_code == 200, "pages are served all the same"


def test_an_expired_lease_is_trouble(waiting):
    outbox.claim(at=timezone.now() - timedelta(hours=1), limit=1)
    assert status(1)["stuck"] == 1


def test_the_brake_is_told(waiting, settings):
    settings.ALERTS_DAILY_LIMIT = 1
    claim = outbox.claim(at=timezone.now(), limit=1)
    outbox.fence(claim.alerts[0], claim.token, at=timezone.now())
    outbox.mark_sent(claim.alerts[0], claim.token, at=timezone.now())
    assert status(1)["is_braked"]


def test_the_command_prints_for_people_too(waiting, capsys):
    with pytest.raises(SystemExit):
        call_command("alerts_status")
    assert "Trouble: 1 due for more than 15 minutes" in capsys.readouterr().out
