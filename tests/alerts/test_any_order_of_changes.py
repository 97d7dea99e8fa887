"""Whatever happens, in whatever order: a sweep finds what asking everybody would find."""

from __future__ import annotations

import random
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from alerts.models import Alert, AlertKind, Mute, Subscriber, Subscription
from alerts.services import digests, outbox, runs
from alerts.services.digests import choose_delivery
from alerts.services.planning import plan
from alerts.services.subscribing import lift_suppression, unsubscribe
from events import services
from events.editorial.held_mail import release_mail
from events.models import Change, Deadline, Event, Statement
from tests.alerts.sweeping import NOTICE, missed, sweep
from treaties.models import Party, Provision, Treaty

pytestmark = pytest.mark.django_db
ZONES = ["UTC", "Pacific/Kiritimati", "America/Los_Angeles", "Asia/Kolkata", "Europe/Vienna"]
LEADS = [[90, 30, 7, 1, 0], [100, 3], [45], [], list(range(20))]


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
            rhythm = self.dice.choice(["immediate", "daily", "weekly"])
            day, hour = self.dice.randint(1, 7), self.dice.randint(5, 11)
            choose_delivery(reader, {"rhythm": rhythm, "digest_weekday": day, "digest_hour": hour}, at=self.at)

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

    def withdraws_by_a_minor_change(self):
        told = Deadline.objects.filter(state="running", alerts__state="sent", trigger__isnull=False).distinct()
        if deadline := self.one(told):
            event = Event.objects.get(pk=deadline.trigger_id)
            event.publication = self.dice.choice(["withdrawn", "draft"])
            services.save_event(event, at=self.at)
            services.after_event_change(event, at=self.at)
            values = {"weight": "minor", "kind": "withdrawn", "row_kind": "event", "row_label": "x"}
            Deadline.objects.filter(pk=deadline.pk).update(change=Change.objects.create(at=self.at, **values))

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
        for alert in claim.alerts:
            end = self.dice.random()
            items = digests.gather(alert, at=self.at) if alert.kind == "digest" else []
            if alert.kind == "digest" and not digests.is_worth_sending(alert, items):
                digests.give_up(alert, claim.token)
            elif not outbox.fence(alert, claim.token, at=self.at, items=items):
                outbox.drop(alert, claim.token, at=self.at)
            elif end < 0.6:
                runs.fold([claim.token], at=self.at, taken=alert)
            elif end < 0.7:
                outbox.postpone(alert, claim.token, "Later.", at=self.at, ambiguous=end < 0.65)
            elif end < 0.8:
                outbox.refuse(alert, claim.token, "No.", suppress=False)
        # What is left was cut off, and is reaped later.
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
            outbox.cancel(one, reason="An editor stopped it.", at=self.at)
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


OFTEN = [
    *["follows"] * 8, *["gives_notice"] * 4, *["sends", "changes_a_wish", "corrects", "comes_back"] * 2,
    *["withdraws_by_a_minor_change"] * 2,
]  # fmt: skip
HAS_NO_DATE = ["revoked", "paused", "superseded", "withdrawn", "undetermined"]


def left_with_a_date_that_is_gone(at):
    """Return who was told a date that no longer holds, wants to hear of it, and for whom no mail was planned."""
    held = {move["slug"] for change in Change.objects.filter(mail_held=True) for move in change.moves}
    settled = at - timedelta(hours=1)
    gone = Deadline.objects.filter(
        state__in=HAS_NO_DATE, provision__treaty__publication="published",
        changed_at__range=(at - timedelta(days=29), settled),
    ).exclude(slug__in=held).exclude(change__mail_held=True).exclude(change__mail_released_at__gt=settled)  # fmt: skip
    return [
        (reader, deadline)
        for deadline in gone
        for reader in Subscriber.objects.filter(state="active")
        if _wants_to_hear(reader, deadline)
        and _last_told(reader, deadline)
        and not Alert.objects.filter(
            subscriber=reader, deadline=deadline, kind="withdrawn", version=deadline.version
        ).exists()
    ]


def _wants_to_hear(reader, deadline):
    treaty, mutes = deadline.provision.treaty_id, reader.mutes.filter(lifted_at=None)
    if mutes.filter(deadline=deadline).exists() or mutes.filter(treaty=treaty).exists():
        return False
    return any(
        wish.everything or treaty == wish.treaty_id or deadline.pk == wish.deadline_id
        or (wish.party_id is not None and wish.party_id == deadline.party_id)
        for wish in reader.subscriptions.filter(state="active", kinds__contains=["withdrawn"])
    )  # fmt: skip


def _last_told(reader, deadline):
    told = Alert.objects.filter(Q(state="sent") | Q(ambiguous=True), subscriber=reader, deadline=deadline)
    when = Coalesce("sent_at", "smtp_started_at", "planned_at")
    last = told.exclude(kind="test").order_by(when).last()
    return last and last.told_due


def wait_for_a_digest_that_comes_too_late(at):
    """Return the mails, true still, that wait for a digest which comes only after the day of which they tell."""
    coming = Alert.objects.filter(kind="digest", state__in=["pending", "claimed"]).values("subscriber")
    waiting = Alert.objects.filter(state="gathered", carrier=None, deadline__isnull=False, subscriber__state="active")
    waiting = waiting.filter(version=F("deadline__version")).select_related("subscriber", "deadline")
    return [row for row in waiting.exclude(subscriber__in=coming) if _comes_too_late(row, at)]


def _comes_too_late(row, at):
    zone, days = ZoneInfo(row.deadline.zone), [day for day in (row.told_due, row.previous_due) if day]
    if row.subscriber.rhythm == "immediate":
        return True
    comes = max(row.subscriber.next_digest_at, at).astimezone(zone).date()
    return bool(days) and at.astimezone(zone).date() <= min(days) < comes


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
        assert left_with_a_date_that_is_gone(world.at) == [], happened
        assert wait_for_a_digest_that_comes_too_late(world.at) == [], happened
        seen |= set(Alert.objects.values_list("kind", "state"))
    assert len(seen) > 5, "too little happened to show anything"
