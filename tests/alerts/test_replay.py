"""Replaying the shipped INF story: the mails of 2019, to one address, and the database as it was."""

from __future__ import annotations

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from alerts.models import Alert, Subscriber
from events.models import Deadline

pytestmark = pytest.mark.django_db


def replay(*extra, treaty="inf", first="2019-02-01", last="2019-08-03", to="a@example.org"):
    out = StringIO()
    call_command("replay", treaty, "--from", first, "--to", last, "--mail-to", to, *extra, stdout=out)
    return out.getvalue()


def test_the_inf_story_brings_seven_mails_on_their_days(record, relay):
    rows = json.loads(replay("--json"))
    assert [(row["day"], row["kind"], row["lead_days"], row["days_left"]) for row in rows] == [
        ("2019-02-02", "started", None, 181),
        ("2019-05-04", "lead", 90, 90),
        ("2019-07-03", "lead", 30, 30),
        ("2019-07-26", "lead", 7, 7),
        ("2019-08-01", "lead", 1, 1),
        ("2019-08-02", "lead", 0, 0),
        ("2019-08-03", "took_effect", None, -1),
    ]
    assert [mail["Message-ID"] for mail in relay.mails] == [row["message_id"] for row in rows]
    assert set(relay.addresses) == {"a@example.org"}
    assert relay.mails[1]["Subject"].startswith("[Replay 4 May 2019] INF Treaty: 90 days left")


def test_the_days_of_the_mails_agree_with_the_pages(record, relay, client):
    for row in json.loads(replay("--json")):
        page = client.get(f"/treaties/inf/?as_of={row['day']}").content.decode()
        shown = "Today" if row["days_left"] == 0 else str(abs(row["days_left"]))
        assert f'">{shown}<small>' in page or f'<p class="n">{shown}<small>' in page, row


def test_the_database_stays_as_it_was(record, relay):
    Subscriber.objects.create(email="A@example.org", created_at=timezone.now())
    before = list(Deadline.objects.values())
    history = Deadline.deadline_history.rel.related_model.objects.count()
    replay()
    assert list(Deadline.objects.values()) == before
    assert Deadline.deadline_history.rel.related_model.objects.count() == history
    assert [one.email for one in Subscriber.objects.all()] == ["A@example.org"]
    assert not Alert.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"treaty": "inv"}, "There is no treaty “inv” on record. On record: abm, "),
        ({"first": "2019-02-30"}, "“2019-02-30” is not a day; write it like 2019-02-01."),
        ({"first": "2019-09-01"}, "The last day, 2019-08-03, comes before the first, 2019-09-01."),
        ({"to": "a@example.org\nBcc: b@example.org"}, "is not a mail address; write it like name@example.org."),
    ],
)
def test_bad_input_is_answered_with_a_sentence(record, relay, wrong, sentence):
    with pytest.raises(CommandError, match=sentence.replace("(", r"\(")):
        replay(**wrong)
    assert not relay.mails


def test_a_relay_that_is_not_there_is_named(record, settings):
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    with pytest.raises(CommandError, match="took 0 of 7 mails"):
        replay()


def test_the_replayed_days_are_those_asked_for(record, relay):
    rows = json.loads(replay("--json", first="2019-07-01", last="2019-07-31"))
    assert [date.fromisoformat(row["day"]) for row in rows] == [date(2019, 7, 3), date(2019, 7, 26)]


def test_a_weekly_reader_of_the_story_gets_one_mail_a_monday_and_what_cannot_wait(record, relay):
    rows = json.loads(replay("--json", "--rhythm", "weekly"))
    mondays = {row["day"] for row in rows if row["kind"] == "digest"}
    assert all(date.fromisoformat(day).isoweekday() == 1 for day in mondays)
    assert {"2019-02-04", "2019-07-29"} <= mondays
    assert rows[0]["subject"].startswith("INF Treaty: clock started, 179 days left")
    assert len({row["message_id"] for row in rows}) == len(rows)


def test_statements_of_the_story_come_on_their_days_where_asked(record, relay):
    rows = json.loads(replay("--json", "--statements", first="2019-02-01", last="2019-02-28"))
    said = [row for row in rows if row["kind"] == "statement"]
    assert said
    assert all(row["subject"].startswith("INF Treaty: new statement") for row in said)
    assert [row["day"] for row in said] == sorted(row["day"] for row in said)
