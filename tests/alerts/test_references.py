"""No mail without its reader, its deadline and its digest, whoever comes first; checked for all rows of a statement at once."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, NotSupportedError, connection, transaction

from alerts.models import Alert, Subscriber
from alerts.services.planning import plan
from events.models import Deadline, Statement
from tests.alerts.sweeping import NOTICE, SETTLED
from tests.other_session import PATIENCE, OtherSession

pytestmark = pytest.mark.django_db
two_sessions = pytest.mark.django_db(transaction=True)
_SOME_TO_NOBODY = """
INSERT INTO alerts_alert SELECT (a).* FROM (
    SELECT jsonb_populate_record(a, jsonb_build_object(
        'id', -n, 'message_id', n, 'version', 10 + n, 'subscriber_id', a.subscriber_id + n / 3
    )) AS a
    FROM alerts_alert a, generate_series(1, 3) AS n
) changed
"""
_SOME_ABOUT_NOTHING = _SOME_TO_NOBODY.replace("subscriber_id", "deadline_id")
_SOME_CARRIED_BY_NOTHING = _SOME_TO_NOBODY.replace("a.subscriber_id + n / 3", "a.subscriber_id").replace(
    "'version'", "'carrier_id', a.carrier_id + n / 3, 'version'"
)


@pytest.fixture
def reader(enter, treaty, follow):
    """A reader to whom a mail is due that is not planned yet."""
    anna = follow(treaty=treaty)
    enter(at=NOTICE)
    return anna


def run(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def delete(reader):
    """Delete the row alone, as somebody would who does not see the mails."""
    with transaction.atomic():
        run("DELETE FROM alerts_subscription WHERE subscriber_id = %s", reader.pk)
        run("DELETE FROM alerts_subscriber WHERE id = %s", reader.pk)


@two_sessions
def test_who_is_deleted_while_a_planner_writes_to_them_stays(reader):
    with transaction.atomic():
        assert plan(at=SETTLED) == 1
        other = OtherSession(lambda: delete(reader))
    assert "alert_names_a_subscriber" in str(other.outcome())
    assert Alert.objects.get().subscriber == reader


@two_sessions
def test_a_planner_that_comes_while_somebody_is_deleted_writes_to_nobody(reader):
    with transaction.atomic():
        delete(reader)
        other = OtherSession(lambda: plan(at=SETTLED))
    assert "alert_names_a_subscriber" in str(other.outcome())
    assert not Alert.objects.exists()
    assert plan(at=SETTLED) == 0


@two_sessions
def test_a_planner_that_waited_for_a_deletion_that_is_undone_writes(reader):
    with transaction.atomic():
        delete(reader)
        other = OtherSession(lambda: plan(at=SETTLED))
        transaction.set_rollback(True)
    assert other.outcome() is None
    assert Alert.objects.count() == 1


@two_sessions
def test_a_key_that_is_changed_while_a_planner_writes_stays(reader):
    with transaction.atomic():
        plan(at=SETTLED)
        other = OtherSession(lambda: run("UPDATE events_deadline SET id = id + 1000"))
    assert "alert_names_a_deadline" in str(other.outcome())
    assert Alert.objects.get().deadline == Deadline.objects.get()


@two_sessions
def test_a_planner_waits_for_nobody_who_only_changes_a_wish(reader):
    with transaction.atomic():
        run("UPDATE alerts_subscriber SET language = 'fr', wishes_revision = wishes_revision + 1")
        thread = threading.Thread(target=lambda: (plan(at=SETTLED), connection.close()))
        thread.start()
        thread.join(PATIENCE)
        assert not thread.is_alive()
    assert Alert.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "statement"),
    [
        ("alert_names_a_subscriber", "UPDATE alerts_alert SET subscriber_id = subscriber_id + 1000"),
        ("alert_names_a_deadline", "UPDATE alerts_alert SET deadline_id = deadline_id + 1000"),
        ("alert_names_a_subscriber", "UPDATE alerts_subscriber SET id = id + 1000"),
        ("alert_names_a_deadline", "DELETE FROM events_deadline"),
        ("alert_names_a_deadline", _SOME_ABOUT_NOTHING),
        ("alert_names_a_deadline", "TRUNCATE events_deadline CASCADE"),
        ("alert_names_a_subscriber", "TRUNCATE alerts_subscriber CASCADE"),
        ("alert_names_a_subscriber", _SOME_TO_NOBODY),
    ],
)
def test_one_session_alone_cannot_part_a_mail_from_what_it_names(reader, name, statement):
    plan(at=SETTLED)
    run("DELETE FROM alerts_subscription")
    run("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        run(statement)
    assert Alert.objects.filter(subscriber=reader, deadline=Deadline.objects.get()).count() == 1


def test_what_a_mail_names_may_be_put_in_order_until_the_end_of_a_transaction(reader):
    """As with a deferred foreign key: a row that takes the place of the one that goes is enough."""
    plan(at=SETTLED)
    run("DELETE FROM alerts_subscription")
    with transaction.atomic():
        run("SET CONSTRAINTS ALL DEFERRED")
        run("DELETE FROM alerts_subscriber")
        Subscriber.objects.create(pk=reader.pk, email="new@example.org", created_at=datetime(2019, 1, 1, tzinfo=UTC))
        run("SET CONSTRAINTS ALL IMMEDIATE")
        run("SET CONSTRAINTS ALL DEFERRED")
        run("DELETE FROM alerts_subscriber")
        run("DELETE FROM alerts_alert")
        run("SET CONSTRAINTS ALL IMMEDIATE")
    assert not Subscriber.objects.exists()


@two_sessions
def test_nothing_that_a_mail_may_name_goes_by_an_old_snapshot(reader):
    """A deletion that could not see the mails it waited for is refused."""
    run("SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    with pytest.raises(NotSupportedError, match="READ COMMITTED"):
        delete(reader)
    connection.close()
    assert Subscriber.objects.filter(pk=reader.pk).exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE alerts_alert SET event_id = event_id + 1000",
        "UPDATE events_event SET id = id + 1000",
        "DELETE FROM events_event",
        "TRUNCATE events_event CASCADE",
        _SOME_TO_NOBODY.replace("subscriber_id", "event_id"),
    ],
)
def test_a_mail_of_a_statement_keeps_its_statement(statement):
    said = Statement.objects.create(
        slug="said", kind="denial", date="2019-02-02", earliest=NOTICE, latest=NOTICE, title="No", body="Ministry",
        stance="denies",
    )  # fmt: skip
    reader = Subscriber.objects.create(email="anna@example.org", created_at=NOTICE)
    Alert.objects.create(
        subscriber=reader, kind="statement", event=said, version=1, planned_at=NOTICE, due_at=NOTICE, not_after=SETTLED
    )
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        # Of the other rows that name it nothing is to be said here.
        cursor.execute("DELETE FROM events_statement; SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError, match="alert_names_an_event"), transaction.atomic():
        run(statement)
    assert Alert.objects.filter(event=said.pk).count() == 1


@pytest.fixture
def digest(reader):
    """A digest of the reader's, and a mail that waits for it."""
    Subscriber.objects.update(rhythm="daily", next_digest_at=NOTICE + timedelta(days=1))
    assert plan(at=SETTLED) == 1
    return Alert.objects.create(
        subscriber=reader,
        kind="digest",
        digest_day=NOTICE.date(),
        planned_at=NOTICE,
        due_at=NOTICE,
        not_after=SETTLED,
        message_id="<digest@localhost>",
    )


def carry(digest_id):
    run("UPDATE alerts_alert SET carrier_id = %s WHERE state = 'gathered'", digest_id)


def remove(mail):
    run("DELETE FROM alerts_alert WHERE id = %s", mail.pk)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE alerts_alert SET carrier_id = carrier_id + 1000 WHERE carrier_id IS NOT NULL",
        "UPDATE alerts_alert SET id = id + 1000 WHERE kind = 'digest'",
        "DELETE FROM alerts_alert WHERE kind = 'digest'",
        f"{_SOME_CARRIED_BY_NOTHING} WHERE (a).carrier_id IS NOT NULL",
    ],
)
def test_a_mail_that_is_carried_keeps_its_digest(digest, statement):
    carry(digest.pk)
    run("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError, match="alert_names_its_carrier"), transaction.atomic():
        run(statement)
    assert Alert.objects.get(state="gathered").carrier == digest


@two_sessions
def test_a_digest_that_goes_while_a_mail_is_gathered_for_it_carries_nothing(digest):
    with transaction.atomic():
        remove(digest)
        other = OtherSession(lambda: carry(digest.pk))
    assert "alert_names_its_carrier" in str(other.outcome())
    assert Alert.objects.get().carrier_id is None


@two_sessions
def test_a_digest_for_which_a_mail_was_gathered_stays(digest):
    with transaction.atomic():
        carry(digest.pk)
        other = OtherSession(lambda: remove(digest))
    assert "alert_names_its_carrier" in str(other.outcome())
    assert Alert.objects.get(state="gathered").carrier == digest
