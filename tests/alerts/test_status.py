"""Somebody is told when mail does not flow."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from redis import Redis

from alerts.models import Alert, Heartbeat
from alerts.services import outbox, runs
from alerts.services.form_mails import ask_link
from alerts.services.planning import plan
from alerts.tasks import dispatch
from alerts.tasks import plan as plan_task

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def beaten(db):
    Heartbeat.objects.create(name="plan", at=timezone.now())
    return Heartbeat.objects.create(name="dispatch", at=timezone.now())


@pytest.fixture
def waiting(enter, treaty, follow):
    now = timezone.now() - timedelta(hours=2)
    follow(treaty=treaty)
    # The day before has begun in every zone.
    enter(day=(now - timedelta(days=1)).date().isoformat(), at=now)
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
    ready = client.get("/health/ready")
    assert (ready.status_code, ready.json()["mail"]) == (200, answer.json()["troubles"]), (
        "pages are served all the same"
    )


def test_an_expired_lease_is_trouble(waiting):
    outbox.claim(at=timezone.now() - timedelta(hours=1), limit=1)
    assert status(1)["stuck"] == 1


def test_the_brake_is_told(waiting, settings):
    settings.ALERTS_DAILY_LIMIT = 1
    claim = outbox.claim(at=timezone.now(), limit=1)
    outbox.fence(claim.alerts[0], claim.token, at=timezone.now())
    runs.fold([claim.token], at=timezone.now(), taken=claim.alerts[0])
    assert status(1)["is_braked"]


def test_the_command_prints_for_people_too(waiting, capsys):
    with pytest.raises(SystemExit):
        call_command("alerts_status")
    said = capsys.readouterr().out
    assert "Trouble: 1 due for more than 15 minutes" in said
    assert re.search(r"^left today +-$", said, re.MULTILINE), "there is no limit, which is not that none is left"


def silence(client):
    return client.get("/health/alerts").json()["troubles"]


def test_a_silent_beat_and_a_worker_that_takes_nothing_up_are_told_apart(client, beaten, settings):
    Heartbeat.objects.filter(name="dispatch").update(at=timezone.now() - timedelta(minutes=10))
    assert silence(client) == ["Nothing was dispatched for 600 seconds: beat is silent."]
    with Redis.from_url(settings.REDIS_URL) as valkey:
        valkey.rpush("celery", "a task")
        assert silence(client) == ["Nothing was dispatched for 600 seconds: no worker takes tasks up."]
        valkey.delete("celery")
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    assert silence(client) == ["Nothing was dispatched for 600 seconds: the broker does not answer."]
    dispatch()
    assert silence(client) == []


def test_an_installation_that_never_dispatched_is_told(client, beaten):
    beaten.delete()
    assert silence(client) == ["Nothing was dispatched yet: beat is silent."]


def test_planning_that_fails_each_time_is_told_though_beat_and_workers_run(client, beaten, monkeypatch):
    dispatch()
    Heartbeat.objects.filter(name="plan").update(at=timezone.now() - timedelta(minutes=10))
    assert silence(client) == ["Nothing was planned for 600 seconds, though workers run: planning fails."]
    plan_task()
    assert silence(client) == []


def test_a_confirmation_that_waits_for_long_is_told(client, beaten):
    ask_link("anna@example.org", at=timezone.now() - timedelta(minutes=20))
    assert silence(client) == ["1 asked for on a form more than 15 minutes ago and not sent."]
    assert client.get("/health/ready").status_code == 200


def test_readiness_costs_the_same_however_many_mails_there_are(waiting, client):
    with CaptureQueriesContext(connection) as asked:
        client.get("/health/ready")
    assert len(asked) == 6
    assert not [one["sql"] for one in asked if "GROUP BY" in one["sql"]], "no table is counted through"


def test_prometheus_reads_what_waits_and_for_how_long(waiting, client, settings):
    settings.ALERTS_DAILY_LIMIT = 5
    lines = client.get("/metrics").content.decode().splitlines()
    figures = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    assert figures['treatywatch_alerts{state="pending"}'] == "1.0"
    assert figures['treatywatch_subscribers{state="active"}'] == "1.0"
    assert figures["treatywatch_alerts_late"] == "1.0"
    assert figures["treatywatch_alerts_left_today"] == "5.0"
    assert 6000 < float(figures["treatywatch_alerts_oldest_due_seconds"]) < 7300
    assert figures["treatywatch_alerts_troubles"] == "1.0"


def test_metrics_are_for_this_machine_or_for_who_knows_the_token(client, settings, db):
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="192.0.2.1").status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "192.0.2.1"}).status_code == 404, (
        "a proxy on this machine"
    )
    settings.METRICS_TOKEN = "secret"
    assert client.get("/metrics").status_code == 404
    assert (
        client.get("/metrics", REMOTE_ADDR="192.0.2.1", headers={"Authorization": "Bearer secret"}).status_code == 200
    )
