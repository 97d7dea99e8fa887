"""When the turn of some followers of a clock comes, they are asked, and nobody else: found by zone and days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError
from django.test.utils import CaptureQueriesContext

from alerts.models import Alert, AskAgain, FullyPlanned, Subscriber, Subscription
from alerts.services import planning
from alerts.services.digests import choose_delivery
from alerts.services.planning import plan
from events.models import Deadline
from tests.alerts.sweeping import NOTICE, SETTLED, missed, sweep
from tests.other_session import OtherSession

pytestmark = pytest.mark.django_db
# The clock of `enter` ends on 2 August 2019 and counts its days in New York.
DUE = date(2019, 8, 2)
NOON = datetime(2019, 7, 1, 16, tzinfo=UTC)


def morning(days, hour=12):
    """Return 8 o'clock in New York (or another hour of UTC) so many days before the due day."""
    return datetime(DUE.year, DUE.month, DUE.day, hour, tzinfo=UTC) - timedelta(days=days)


@pytest.fixture
def reader(treaty):
    """Return a function that makes an active follower of the treaty, or of something else."""

    def _reader(name, zone="America/New_York", leads=(90, 30, 7, 1, 0), **followed):
        confirmed = {"state": "active", "created_at": NOTICE, "confirmed_at": NOTICE}
        made, _ = Subscriber.objects.get_or_create(
            email=f"{name}@example.org", defaults={"time_zone": zone, **confirmed}
        )
        wish = followed or {"treaty": treaty}
        Subscription.objects.create(subscriber=made, lead_days=list(leads), **wish, **confirmed)
        return made

    return _reader


def asked_by(at):
    """Plan, and return the statements that asked followers about mail."""
    with CaptureQueriesContext(connection) as queries:
        plan(at=at)
    return [query["sql"] for query in queries if "JOIN alerts_subscription w" in query["sql"]]


def told(reader, **about):
    return list(reader.alerts.filter(**about).order_by("due_at", "pk").values_list("kind", "lead_days"))


@pytest.mark.parametrize("followed", ["treaty", "party", "deadline", "everything"])
def test_only_those_are_asked_whose_turn_has_come(enter, treaty, party, reader, followed):
    event = enter(at=NOTICE)
    deadline = Deadline.objects.get(trigger=event)
    what = {
        "treaty": {"treaty": treaty}, "party": {"party": party}, "deadline": {"deadline": deadline},
        "everything": {"everything": True},
    }[followed]  # fmt: skip
    for number in range(3):
        reader(f"many{number}", leads=[90, 30], **what)
    few = [reader("own", leads=[61], **what), reader("far", zone="Asia/Tokyo", leads=[61, 7], **what)]
    sweep(morning(62))
    own, far = asked_by(morning(61)), asked_by(morning(61, 23))
    for asked, expected in zip((own, far), few, strict=True):
        assert asked
        assert all(f"unnest('{{{expected.pk}}}'::bigint[])" in sql for sql in asked), asked
        assert told(expected, kind="lead") == [("lead", 61)]
    assert missed(morning(61, 23)) == 0


def test_whoever_lives_in_another_zone_is_told_on_their_morning_after_the_day(enter, reader):
    enter(at=NOTICE)
    here, far = reader("here"), reader("far", zone="Europe/Vienna")
    sweep(morning(0, 23))
    Deadline.objects.update(state="took_effect", version=2, changed_at=NOTICE)
    sweep(morning(-1, 5))
    assert all(f"unnest('{{{far.pk}}}'::bigint[])" in sql for sql in asked_by(morning(-1, 6)))
    assert ("took_effect", -1) in told(far)
    assert ("took_effect", -1) not in told(here)
    assert all(f"unnest('{{{here.pk}}}'::bigint[])" in sql for sql in asked_by(morning(-1)))
    assert ("took_effect", -1) in told(here)


def test_the_next_turn_is_noted_for_whoever_is_next(enter, reader):
    enter(at=NOTICE)
    reader("here", leads=[50, 20])
    reader("far", zone="Asia/Tokyo", leads=[50, 7])
    sweep(morning(51))
    noted = FullyPlanned.objects.filter(kind="lead")
    turns = []
    while noted.get().until:
        turns.append(noted.get().until)
        sweep(turns[-1])
    assert turns == [morning(50), morning(50, 23), morning(20), morning(7, 23)]


def test_if_too_many_are_called_all_are_read(enter, reader, monkeypatch):
    monkeypatch.setattr(planning, "_MOST_CALLED", 2)
    enter(at=NOTICE)
    readers = [reader(f"many{number}", leads=[61, 30]) for number in range(3)]
    readers[0].subscriptions.update(lead_days=[61])
    sweep(morning(62))
    assert any("unnest('{" not in sql for sql in asked_by(morning(61)))
    assert all(told(one, kind="lead") == [("lead", 61)] for one in readers)
    assert not AskAgain.objects.exists()
    assert all("unnest('{" in sql for sql in asked_by(morning(30)))
    assert [told(one, kind="lead", lead_days=30) for one in readers] == [[], [("lead", 30)], [("lead", 30)]]


def test_two_wishes_of_one_reader_are_one_reminder_that_ends_with_the_next_of_either(enter, treaty, party, reader):
    event = enter(at=NOTICE)
    anna = reader("anna", leads=[61])
    reader("anna", leads=[55, 61], party=party)
    reader("anna", leads=[58], deadline=Deadline.objects.get(trigger=event))
    reader("anna", leads=[60], everything=True)
    sweep(morning(62))
    for days in (61, 60, 58, 55):
        sweep(morning(days))
        sweep(morning(days, 20))
    assert told(anna, kind="lead") == [("lead", 61), ("lead", 60), ("lead", 58), ("lead", 55)]
    ends = Alert.objects.filter(kind="lead").order_by("due_at").values_list("not_after", flat=True)
    assert [one.date() for one in ends] == [(DUE - timedelta(days=days)) for days in (60, 58, 55, -1)]


@pytest.mark.parametrize("asleep", [timedelta(days=3), timedelta(days=40)])
def test_after_beat_has_slept_only_the_nearest_reminder_is_planned_and_none_is_past(enter, reader, asleep):
    enter(at=NOTICE)
    readers = [reader("here", leads=range(100)), reader("far", zone="Pacific/Kiritimati", leads=range(100))]
    sweep(morning(70))
    at = morning(70, 22) + asleep
    before = set(Alert.objects.values_list("pk", flat=True))
    sweep(at)
    assert missed(at) == 0
    for one in readers:
        (new,) = one.alerts.exclude(pk__in=before)
        assert new.lead_days == 70 - asleep.days
        assert new.not_after > at
    assert not Alert.objects.filter(state="pending", not_after__lte=at).exists()


def test_a_planner_that_comes_late_lets_no_turn_be_passed_over(enter, treaty, reader):
    """It was given an earlier instant than the planner before it, takes the changed, and is killed."""
    enter(at=NOTICE)
    reader("here", leads=[30])
    sweep(morning(61, 14))
    ben = reader("ben", leads=[61])
    planning._plan_for_the_changed({**VALUES, "at": morning(61, 11)})
    assert not told(ben, kind="lead")
    sweep(morning(61, 15))
    assert told(ben, kind="lead") == [("lead", 61)]


VALUES = {"settle": 0, "hour": 8, "news": 7, "correction": 30, "spoken": 30, "worth": 14}


# The zone of a wish is its reader's, whatever happens.


def zones():
    return list(Subscription.objects.order_by("pk").values_list("time_zone", flat=True))


def test_a_wish_knows_its_readers_zone(reader, treaty, party):
    anna = reader("anna", zone="Asia/Tokyo")
    reader("anna", party=party)
    assert zones() == ["Asia/Tokyo"] * 2
    choose_delivery(anna, {"time_zone": "Europe/Vienna"}, at=SETTLED)
    assert zones() == ["Europe/Vienna"] * 2
    stale = Subscription.objects.first()
    Subscriber.objects.update(time_zone="UTC")
    stale.save()
    Subscription.objects.filter(pk=stale.pk).update(time_zone="Asia/Kolkata")
    assert zones() == ["UTC"] * 2
    ben = Subscriber.objects.create(email="ben@example.org", time_zone="Asia/Tokyo", created_at=NOTICE)
    Subscription.objects.filter(party=party).update(subscriber=ben)
    assert zones() == ["UTC", "Asia/Tokyo"]


def test_a_wish_of_nobody_is_refused(reader):
    reader("anna")
    with pytest.raises(IntegrityError, match="no subscriber"), transaction.atomic():
        Subscription.objects.update(subscriber=0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first", ["the zone", "the wish"])
def test_a_zone_and_a_wish_that_change_at_once_agree(reader, party, first):
    anna = reader("anna", zone="Asia/Tokyo")

    def change_zone():
        choose_delivery(anna, {"time_zone": "Europe/Vienna"}, at=SETTLED)

    def make_wish():
        Subscription.objects.create(
            subscriber_id=anna.pk, party=party, state="active", created_at=NOTICE, confirmed_at=NOTICE
        )

    begins, follows = (change_zone, make_wish) if first == "the zone" else (make_wish, change_zone)

    with transaction.atomic():
        begins()
        other = OtherSession(follows)
    assert other.outcome() is None
    assert zones() == ["Europe/Vienna"] * 2
