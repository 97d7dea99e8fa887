"""A sweep reads only what is due and what has changed, and finds just what asking everybody would find."""

from __future__ import annotations

import random
import threading
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alerts import tasks
from alerts.models import Alert, AlertKind, AskAgain, FullyPlanned, Mute, Subscriber, Subscription
from alerts.services import outbox, runs
from alerts.services.digests import choose_delivery
from alerts.services.planning import plan, plan_unless_at_work
from alerts.services.subscribing import lift_suppression, unsubscribe
from events import services
from events.editorial.held_mail import release_mail
from events.models import Change, Deadline, Event, Statement
from treaties.models import Party, Provision, Treaty

pytestmark = pytest.mark.django_db

NOTICE = datetime(2019, 2, 2, 12, tzinfo=UTC)
SETTLED = NOTICE + timedelta(minutes=20)
ZONES = ["UTC", "Pacific/Kiritimati", "America/Los_Angeles", "Asia/Kolkata", "Europe/Vienna"]
LEADS = [[90, 30, 7, 1, 0], [100, 3], [45], [], list(range(20))]


def missed(at):
    """Return how many mails asking everybody finds that the sweeps have not; changes nothing."""
    with transaction.atomic():
        found = plan(at=at, everybody=True)
        transaction.set_rollback(True)
    return found


def sweep(at):
    """Sweep until nothing is left to do: a sweep may schedule a digest, which the next one sees."""
    while plan(at=at) or AskAgain.objects.exists():
        pass


class World:
    """A record, its readers and its outbox, to which anything may happen."""

    def __init__(self, seed, treaties, parties, source):
        self.dice, self.at, self.number = random.Random(seed), NOTICE, 0
        self.treaties, self.parties, self.source = treaties, parties, source

    def one(self, rows):
        rows = list(rows.order_by("pk"))
        return self.dice.choice(rows) if rows else None

    def next(self):
        self.number += 1
        return self.number

    # Readers

    def follows(self):
        named = self.dice.choice(["treaty", "treaty", "party", "deadline", "everything"])
        wishes = {"treaty": self.treaties, "party": self.parties, "deadline": list(Deadline.objects.order_by("pk"))}
        rows = wishes.get(named)
        reader = self.one(Subscriber.objects.all()) if self.dice.random() < 0.3 else None
        confirmed = {"created_at": self.at, "confirmed_at": self.at - timedelta(days=self.dice.choice([0, 200, 200]))}
        reader = reader or Subscriber.objects.create(
            email=f"reader{self.next()}@example.org", state="active", time_zone=self.dice.choice(ZONES), **confirmed
        )
        wish = {named: self.dice.choice(rows)} if rows else {"everything": True}
        if not reader.subscriptions.filter(**wish).exclude(state="ended").exists():
            kinds = list(AlertKind.values) if self.dice.random() < 0.6 else self.dice.sample(AlertKind.values, 2)
            lead_days = self.dice.choice(LEADS)
            Subscription.objects.create(
                subscriber=reader, state="active", kinds=kinds, lead_days=lead_days, **wish, **confirmed
            )

    def changes_a_wish(self):
        if wish := self.one(Subscription.objects.all()):
            change = self.dice.choice(
                [{"lead_days": self.dice.choice(LEADS)}, {"kinds": list(AlertKind.values)}]
                + ([{"confirmed_at": NOTICE - timedelta(days=100)}] if wish.confirmed_at else [])
            )
            Subscription.objects.filter(pk=wish.pk).update(**change)

    def ends_a_wish(self):
        if wish := self.one(Subscription.objects.filter(state="active")):
            Subscription.objects.filter(pk=wish.pk).update(state="ended", ended_at=self.at)

    def leaves(self):
        reader, deadline = self.one(Subscriber.objects.all()), self.one(Deadline.objects.all())
        if reader and deadline and self.dice.random() < 0.5:
            unsubscribe(reader, at=self.at, deadline=deadline)
        elif reader:
            unsubscribe(reader, at=self.at, treaty=self.dice.choice(self.treaties))

    def comes_back(self):
        if mute := self.one(Mute.objects.filter(lifted_at=None)):
            Mute.objects.filter(pk=mute.pk).update(lifted_at=self.at)

    def is_suppressed_or_released(self):
        if reader := self.one(Subscriber.objects.all()):
            if reader.state == "active":
                outbox.suppress_address(reader.pk, "Refused.")
            else:
                lift_suppression(Subscriber.objects.filter(pk=reader.pk))

    def moves_house(self):
        if reader := self.one(Subscriber.objects.all()):
            choose_delivery(reader, {"time_zone": self.dice.choice(ZONES)}, at=self.at)

    def wants_another_rhythm(self):
        if reader := self.one(Subscriber.objects.all()):
            choose_delivery(reader, {"rhythm": self.dice.choice(["immediate", "daily", "weekly"])}, at=self.at)

    def is_forgotten(self):
        if self.dice.random() < 0.2 and (reader := self.one(Subscriber.objects.all())):
            reader.delete()

    # The record

    def gives_notice(self):
        day = (self.at + timedelta(days=self.dice.choice([0, -1, -60, -120, -150, -180, -184]))).date().isoformat()
        values = {"slug": f"notice-{self.next()}", "publication": "published", "title": "Notice"}
        event = Event(kind="notice_of_withdrawal", date=day, actor=self.dice.choice(self.parties), **values)
        self._put(event)

    def speaks(self):
        day, values = (
            self.at.date().isoformat(),
            {"slug": f"said-{self.next()}", "body": "Ministry", "stance": "denies"},
        )
        party = self.dice.choice(self.parties)
        self._put(Statement(kind="denial", date=day, title="No", publication="published", actor=party, **values))

    def _put(self, event):
        services.save_event(event, at=self.at)
        event.treaties.set([self.dice.choice(self.treaties)])
        event.sources.set([self.source])
        services.after_event_change(event, at=self.at)

    def corrects(self):
        if event := self.one(Event.objects.all()):
            event.date = (self.at - timedelta(days=self.dice.choice([0, 1, 30, 170]))).date().isoformat()
            services.save_event(event, at=self.at)
            services.after_event_change(event, at=self.at)

    def holds_or_releases(self):
        if (held := self.one(Change.objects.filter(mail_held=True))) and self.dice.random() < 0.7:
            release_mail(held, at=self.at)
        elif deadline := self.one(Deadline.objects.all()):
            moves = [{"slug": deadline.slug, "title": deadline.title, "before": "", "after": ""}]
            values = {"kind": "corrected", "weight": self.dice.choice(["major", "minor"]), "public_note": "Misread."}
            change = Change.objects.create(
                at=self.at, moves=moves, mail_held=True, row_kind="event", row_label="x", **values
            )
            Deadline.objects.filter(pk=deadline.pk).update(change=change)

    def takes_off_the_record(self):
        if self.dice.random() < 0.4 and (event := self.one(Event.objects.filter(alerts=None))):
            services.delete_events([event], at=self.at)

    def hides_or_shows_a_treaty(self):
        treaty = self.dice.choice(self.treaties)
        shown = Treaty.objects.filter(pk=treaty.pk, publication="published").exists() and self.dice.random() < 0.5
        Treaty.objects.filter(pk=treaty.pk).update(publication="draft" if shown else "published")

    def hides_shows_and_is_followed_meanwhile(self):
        self.hides_or_shows_a_treaty()
        self.comes_back()
        self.follows()
        if self.dice.random() < 0.5:
            plan(at=self.at)
        self.hides_or_shows_a_treaty()

    # The outbox

    def sends(self):
        claim = outbox.claim(at=self.at, limit=self.dice.choice([1, 5, 50]))
        for alert in [one for one in claim.alerts if one.kind != "digest"]:
            end = self.dice.random()
            if not outbox.fence(alert, claim.token, at=self.at):
                outbox.drop(alert, claim.token, at=self.at)
            elif end < 0.6:
                runs.fold([claim.token], at=self.at, taken=alert)
            elif end < 0.7:
                outbox.postpone(alert, claim.token, "Later.", at=self.at, ambiguous=end < 0.65)
            elif end < 0.8:
                outbox.refuse(alert, claim.token, "No.", suppress=False)
        # What is left was cut off, and is reaped later; a digest is given back.
        if self.dice.random() < 0.5:
            outbox.release(claim.token, "Stopped.", at=self.at)

    def finishes_what_was_begun(self):
        for alert in Alert.objects.filter(state="claimed", smtp_started_at__isnull=False).order_by("pk")[:3]:
            runs.fold([alert.claim_token], at=self.at, taken=alert)

    def is_reaped(self):
        outbox.reap(at=self.at)

    def is_cancelled_or_tried_again(self):
        if alert := self.one(Alert.objects.all()):
            one = Alert.objects.filter(pk=alert.pk)
            outbox.cancel(one, reason="An editor stopped it.")
            outbox.retry(one, at=self.at)

    def loses_a_row(self):
        if self.dice.random() < 0.2 and (alert := self.one(Alert.objects.exclude(kind="digest"))):
            alert.delete()

    def live(self):
        """Let one thing happen, and time pass."""
        names = [name for name in vars(World) if not name.startswith("_") and name not in {"one", "next", "live"}]
        happening = self.dice.choice([*names, *OFTEN])
        getattr(self, happening)()
        if self.dice.random() < 0.6:
            self.at += timedelta(minutes=self.dice.choice([1, 20, 60, 300, 720, 1440, 1440, 4320, 14400]))
            for treaty in self.treaties:
                services.recompute_treaty(treaty, at=self.at)
        return happening


OFTEN = [*["follows"] * 8, *["gives_notice"] * 4, *["sends", "changes_a_wish", "corrects", "comes_back"] * 2]


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_a_sweep_finds_what_asking_everybody_would_find(treaty, party, source, seed):
    other = Treaty.objects.create(slug="other", short_name="Other", laterality="bilateral", publication="published")
    rule = {"schema": 1, "kind": "offset", "amount": 3, "unit": "months", "citation": "Other, I"}
    Provision.objects.create(
        treaty=other, article="I", kind="withdrawal", effect_title="{party} leaves",
        trigger_kind="notice_of_withdrawal", rule=rule,
    )  # fmt: skip
    world = World(seed, [treaty, other], [party, Party.objects.create(slug="strelsau", name="Strelsau")], source)
    for _ in range(8):
        world.follows()
        world.gives_notice()
    happened, seen = [], set()
    for _ in range(60):
        happened.append(world.live())
        sweep(world.at)
        assert missed(world.at) == 0, happened
        seen |= set(Alert.objects.values_list("kind", "state"))
    assert len(seen) > 5, "too little happened to show anything"


@pytest.fixture
def planned(enter, treaty, follow):
    """Everything is planned that a follower of everything, and a clock, bring; return the follower."""
    anna = follow()
    enter(at=NOTICE)
    sweep(SETTLED)
    assert not AskAgain.objects.exists()
    return anna


def test_a_sweep_with_nothing_due_reads_no_follower(planned):
    with CaptureQueriesContext(connection) as queries:
        assert plan(at=SETTLED + timedelta(minutes=1)) == 0
    asked = [query["sql"] for query in queries if "alerts_subscription" in query["sql"]]
    assert [sql for sql in asked if "digest" not in sql] == []


def test_a_sweep_asks_again_only_whom_something_changed(planned, follow, treaty):
    follow("ben@example.org", treaty=treaty)
    with CaptureQueriesContext(connection) as queries:
        plan(at=SETTLED + timedelta(minutes=1))
    asked = [query["sql"] for query in queries if "JOIN alerts_subscription" in query["sql"]]
    ben = Subscriber.objects.get(email="ben@example.org")
    assert asked
    assert all(f"unnest('{{{ben.pk}}}'::bigint[])" in sql for sql in asked)


def test_a_reminder_is_found_when_the_first_followers_morning_comes(planned, follow, treaty):
    """2 August less seven days; the clock counts in New York, and its followers live in two zones."""
    follow("ben@example.org", treaty=treaty, time_zone="Asia/Tokyo")
    found, at = [], datetime(2019, 7, 26, tzinfo=UTC)
    sweep(at)
    while at < datetime(2019, 7, 27, 4, tzinfo=UTC):
        at += timedelta(minutes=30)
        if plan(at=at):
            found.append((at.day, at.hour, at.minute))
    assert found == [(26, 8, 0), (26, 23, 0)]


CHANGES = {
    "a wish is made": lambda anna, treaty: Subscription.objects.create(
        subscriber=anna, treaty=treaty, state="active", created_at=NOTICE, confirmed_at=NOTICE
    ),
    "a wish is changed": lambda anna, treaty: anna.subscriptions.update(lead_days=[1]),
    "a wish is deleted": lambda anna, treaty: anna.subscriptions.all().delete(),
    "something is left": lambda anna, treaty: Mute.objects.create(subscriber=anna, treaty=treaty, created_at=NOTICE),
    "what was left is followed again": lambda anna, treaty: (
        Mute.objects.create(subscriber=anna, treaty=treaty, created_at=NOTICE),
        AskAgain.objects.all().delete(),
        Mute.objects.update(lifted_at=NOTICE),
    ),
    "the zone changes": lambda anna, treaty: Subscriber.objects.update(time_zone="Asia/Tokyo"),
    "the state changes": lambda anna, treaty: Subscriber.objects.update(state="suppressed"),
    "the rhythm changes": lambda anna, treaty: choose_delivery(anna, {"rhythm": "daily"}, at=NOTICE),
    "a mail is cancelled": lambda anna, treaty: Alert.objects.update(state="cancelled", reason="Stopped."),
    "a mail is deleted": lambda anna, treaty: Alert.objects.all().delete(),
    "a mail was told otherwise": lambda anna, treaty: Alert.objects.update(told_due="2019-08-01"),
    "a mail is due earlier": lambda anna, treaty: Alert.objects.update(due_at=NOTICE),
    "a told mail is added": lambda anna, treaty: Alert.objects.create(
        subscriber=anna, deadline=Deadline.objects.get(), kind="moved", state="sent", sent_at=NOTICE,
        planned_at=NOTICE, due_at=NOTICE, not_after=SETTLED, message_id="<another@localhost>",
    ),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_whoever_changes_is_asked_again(planned, treaty, change):
    CHANGES[change](planned, treaty)
    assert set(AskAgain.objects.values_list("subscriber_id", flat=True)) == {planned.pk}


def test_sending_asks_nobody_again(planned):
    claim = outbox.claim(at=SETTLED, limit=1)
    assert outbox.fence(claim.alerts[0], claim.token, at=SETTLED)
    runs.fold([claim.token], at=SETTLED, taken=claim.alerts[0])
    Subscriber.objects.update(email="anna@example.com", language="fr")
    assert not AskAgain.objects.exists()


@pytest.mark.parametrize("table", ["alerts_alert", "alerts_subscription", "alerts_mute", "alerts_subscriber"])
def test_a_table_that_is_emptied_lets_everything_be_asked_again(planned, table):
    assert FullyPlanned.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"TRUNCATE {table} CASCADE")
    assert not FullyPlanned.objects.exists()


def test_a_mail_under_way_while_its_clock_moves_is_corrected_once_it_has_gone(enter, treaty, follow):
    follow(treaty=treaty)
    event = enter(at=NOTICE)
    plan(at=SETTLED)
    claim = outbox.claim(at=SETTLED, limit=1)
    assert outbox.fence(claim.alerts[0], claim.token, at=SETTLED)
    event.date = "2019-02-01"
    services.save_event(event, at=SETTLED)
    services.after_event_change(event, at=SETTLED)
    later = SETTLED + timedelta(hours=1)
    plan(at=later)
    runs.fold([claim.token], at=later, taken=claim.alerts[0])
    plan(at=later)
    assert Alert.objects.filter(kind="moved", previous_due="2019-08-02").count() == 1


def test_many_changes_are_answered_in_rounds(planned, treaty, monkeypatch):
    monkeypatch.setattr("alerts.services.planning._ROUND", 2)
    for number in range(5):
        follower = Subscriber.objects.create(
            email=f"reader{number}@example.org", state="active", created_at=NOTICE, confirmed_at=NOTICE
        )
        Subscription.objects.create(
            subscriber=follower, treaty=treaty, state="active", created_at=NOTICE, confirmed_at=NOTICE
        )
    assert plan(at=SETTLED) == 5
    assert not AskAgain.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_who_confirms_while_a_planner_reads_is_found_by_the_next_sweep(planned, enter, treaty, follow):
    """The planner does not see the confirmation, and notes the clock as fully planned; then the reader commits."""
    ben = follow("ben@example.org", treaty=treaty)
    Subscription.objects.filter(subscriber=ben).update(state="pending", confirmed_at=None)
    sweep(SETTLED)
    confirms = connection.copy()
    try:
        confirms.set_autocommit(False)
        with confirms.cursor() as cursor:
            cursor.execute(
                "UPDATE alerts_subscription SET state = 'active', confirmed_at = %s WHERE subscriber_id = %s",
                [NOTICE, ben.pk],
            )
        enter(day="2019-01-20", at=NOTICE)
        plan(at=SETTLED)
        assert not Alert.objects.filter(subscriber=ben).exists()
        confirms.commit()
    finally:
        confirms.close()
    plan(at=SETTLED)
    assert Alert.objects.filter(subscriber=ben).count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_plan_that_is_cut_off_notes_nothing_that_it_has_not_planned(enter, treaty, follow):
    follow(treaty=treaty)
    enter(at=NOTICE)
    with transaction.atomic():
        assert plan(at=SETTLED) == 1
        transaction.set_rollback(True)
    assert not FullyPlanned.objects.exists()
    assert plan(at=SETTLED) == 1


@pytest.mark.django_db(transaction=True)
def test_a_planner_leaves_the_work_to_one_that_is_in_the_middle_of_it(enter, treaty, follow):
    follow(treaty=treaty)
    enter(at=NOTICE)
    planned = []

    def other():
        planned.append(plan_unless_at_work(at=SETTLED))
        connection.close()

    with transaction.atomic():
        plan(at=SETTLED)
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert planned == [False]
    assert plan_unless_at_work(at=SETTLED)
    assert Alert.objects.count() == 1


def test_what_the_sweeps_miss_is_found_each_night_and_told_to_the_operator(planned, follow, treaty, caplog):
    """Nobody can forget the triggers but whoever takes the names away again."""
    sweep(now := timezone.now())
    Deadline.objects.update(due_earliest=now.date() + timedelta(days=7), due_latest=now.date() + timedelta(days=7))
    Deadline.objects.update(opened_at=now, changed_at=now - timedelta(hours=1), state="running")
    sweep(now)
    follow("ben@example.org", treaty=treaty)
    AskAgain.objects.all().delete()
    assert plan(at=now) == 0
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("plan_alerts", stdout=out)
    assert ended.value.code == 1
    assert out.getvalue() == "1 mails had been missed, and are planned now.\n"
    tasks.plan_for_everybody()
    assert not caplog.records
    follow("carl@example.org", treaty=treaty)
    AskAgain.objects.all().delete()
    tasks.plan_for_everybody()
    assert [record.levelname for record in caplog.records] == ["ERROR"]
