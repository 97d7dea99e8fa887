"""Mails about what was said: told once, when published, to those who follow the treaty or a party it concerns."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from alerts.delivery import send_due
from alerts.models import Alert, Mute, Subscriber, Subscription
from alerts.services.planning import plan
from alerts.services.preferences import mails_to
from alerts.services.subscribing import unsubscribe
from events import services
from events.models import Statement
from treaties.models import Party

pytestmark = pytest.mark.django_db

SAID = datetime(2019, 2, 2, 12, tzinfo=UTC)
SETTLED = SAID + timedelta(minutes=20)


@pytest.fixture
def say(treaty, party, source):
    """Return a function that publishes a statement of the party about the treaty."""

    def _say(day="2019-02-02", at=SAID, targets=(), treaties=None, **values):
        values = {"publication": "published", "body": "Foreign Ministry", "stance": "denies", "actor": party} | values
        said = Statement(slug=f"said-{day}", kind="denial", date=day, title="Ruritania denies a breach", **values)
        services.save_event(said, at=at)
        said.treaties.set([treaty] if treaties is None else treaties)
        said.targets.set(targets)
        said.sources.set([source])
        services.after_event_change(said, at=at)
        return said

    return _say


def wish(follow, address="anna@example.org", **followed):
    return follow(address, kinds=["statement"], **followed)


def go(at=SETTLED):
    plan(at=at)
    return send_due(clock=lambda: at, batch_size=10)


def test_a_new_statement_is_told_once_with_its_speaker_words_and_source(say, treaty, follow, relay):
    wish(follow, treaty=treaty)
    say(quotation="There was no breach.")
    assert go() == 1
    assert go(SETTLED + timedelta(days=1)) == 0
    mail = relay.mails[0]
    assert mail["Subject"] == "Pact: new statement: Ruritania denies a breach"
    for words in ("2 February 2019", "“There was no breach.”", "/events/said-2019-02-02/", "you follow Pact"):
        assert words in relay.text(), words
    assert "Foreign Ministry" in mail.get_body(("html",)).get_content()


@pytest.mark.parametrize(("language", "is_marked"), [("fr", True), ("en-gb", False)])
def test_what_was_said_says_that_it_is_english_in_a_mail_that_is_not(say, treaty, follow, relay, language, is_marked):
    wish(follow, treaty=treaty)
    Subscriber.objects.update(language=language)
    say(quotation="There was no breach.")
    assert go() == 1
    formatted = relay.mails[0].get_body(("html",)).get_content()
    for text in ("Foreign Ministry", "“There was no breach.”"):
        assert bool(re.search(rf'<p [^>]*lang="en"[^>]*>{re.escape(text)}</p>', formatted)) is is_marked


def test_it_is_told_to_followers_of_treaty_speaker_target_and_everything_each_once(say, treaty, party, follow):
    target = Party.objects.create(slug="strelsau", name="Strelsau")
    wish(follow, "treaty@example.org", treaty=treaty)
    wish(follow, "speaker@example.org", party=party)
    wish(follow, "target@example.org", party=target)
    wish(follow, "all@example.org")
    wish(follow, "all@example.org", treaty=treaty)
    wish(follow, "other@example.org", party=Party.objects.create(slug="other", name="Other"))
    say(targets=[target])
    assert plan(at=SETTLED) == 4


def test_who_did_not_ask_for_statements_gets_none(say, treaty, follow):
    follow(treaty=treaty)
    say()
    assert plan(at=SETTLED) == 0


@pytest.mark.parametrize("values", [{"publication": "draft"}, {"day": "2018-12-01"}])
def test_a_draft_and_history_entered_late_are_no_news(say, treaty, follow, values):
    wish(follow, treaty=treaty)
    say(**values)
    assert plan(at=SETTLED) == 0


def save(said, at, **values):
    """Save a statement as the desk does: with the values that its form brings."""
    for name, value in values.items():
        setattr(said, name, value)
    services.save_event(said, at=at)


def test_a_draft_of_weeks_ago_is_told_once_when_it_is_published(say, treaty, follow, relay):
    wish(follow, treaty=treaty)
    said = say(publication="draft")
    published = SAID + timedelta(days=25)
    assert go(published) == 0
    save(said, published, publication="published")
    assert go(published + timedelta(hours=1)) == 1
    save(said, published + timedelta(days=1), title="Ruritania denies any breach")
    assert go(published + timedelta(days=2)) == 0


def test_one_published_long_ago_is_no_news_when_it_is_corrected(say, treaty, follow, relay):
    anna = wish(follow, treaty=treaty)
    anna.subscriptions.update(kinds=["lead"])
    said = say()
    go()
    anna.subscriptions.update(kinds=["statement"])
    corrected = SAID + timedelta(days=8)
    save(said, corrected, title="Ruritania denies any breach")
    assert go(corrected + timedelta(hours=1)) == 0


def test_one_taken_back_before_anybody_was_told_is_told_when_it_is_published_again(say, treaty, follow, relay):
    wish(follow, treaty=treaty)
    said = say()
    save(said, SAID + timedelta(minutes=5), publication="withdrawn")
    assert go() == 0
    again = SAID + timedelta(days=20)
    save(said, again, publication="published")
    assert go(again + timedelta(hours=1)) == 1


def test_one_that_was_told_is_not_told_again_when_it_is_published_again(say, treaty, follow, relay):
    wish(follow, treaty=treaty)
    said = say()
    assert go() == 1
    save(said, SAID + timedelta(days=1), publication="withdrawn")
    save(said, SAID + timedelta(days=2), publication="published")
    assert go(SAID + timedelta(days=3)) == 0


def test_whoever_publishes_it_and_however_often_it_is_saved_the_database_dates_it_once(say):
    said = say()
    save(said, SAID + timedelta(days=1))
    save(said, SAID + timedelta(days=2))
    assert Statement.objects.get().published_at == SAID
    Statement.objects.update(publication="draft")
    assert Statement.objects.get().published_at is None
    before = timezone.now()
    Statement.objects.update(publication="published")
    assert Statement.objects.get().published_at >= before - timedelta(minutes=5), "bare SQL is dated by its transaction"


def test_what_was_said_before_somebody_subscribed_is_not_told_when_it_is_edited(say, treaty, follow):
    said = say()
    wish(follow, treaty=treaty, confirmed_at=SAID + timedelta(days=1))
    services.save_event(said, at=SAID + timedelta(days=2))
    assert plan(at=SAID + timedelta(days=3)) == 0


def test_a_statement_about_an_unpublished_treaty_is_not_told(say, treaty, follow):
    wish(follow)
    say()
    treaty.publication = "draft"
    treaty.save()
    assert plan(at=SETTLED) == 0


def test_one_edited_while_it_rests_is_told_as_it_is_now_and_once(say, treaty, follow, relay):
    wish(follow, treaty=treaty)
    said = say()
    plan(at=SAID)
    said.title = "Ruritania rejects the charge"
    services.save_event(said, at=SAID + timedelta(minutes=5))
    assert go(SAID + timedelta(minutes=30)) == 1
    assert "rejects the charge" in relay.mails[0]["Subject"]
    assert sorted(Alert.objects.values_list("state", flat=True)) == ["cancelled", "sent"]
    services.save_event(said, at=SAID + timedelta(hours=5))
    assert go(SAID + timedelta(hours=6)) == 0, "a later edit is no new statement"


def test_one_taken_back_before_it_was_sent_is_not_sent(say, treaty, follow, relay):
    wish(follow, treaty=treaty)
    say()
    plan(at=SAID)
    Statement.objects.update(publication="draft")
    assert go() == 0
    assert Alert.objects.get().state == "cancelled"


def test_a_statement_that_was_told_cannot_be_deleted_and_stays_told_when_it_is_withdrawn(
    say, treaty, follow, relay, admin_client
):
    anna = wish(follow, treaty=treaty)
    said = say()
    assert go() == 1
    page = f"/admin/events/statement/{said.pk}/delete/"
    answer = admin_client.post(page, {}, follow=True).text
    assert "cannot be deleted while something rests on it: 1 alert." in answer
    assert "anna@example.org" not in answer, "who was mailed is nobody's business here"
    save(said, SAID + timedelta(days=1), publication="withdrawn")
    assert [(one.state, one.about.title) for one in mails_to(anna, at=SAID)] == [("sent", said.title)]


def test_who_has_left_the_treaty_is_not_told_though_a_wider_wish_covers_it(say, treaty, follow):
    anna = wish(follow)
    unsubscribe(anna, at=SAID, treaty=treaty)
    say()
    assert plan(at=SETTLED) == 0
    assert Subscription.objects.get().state == "active"
    Mute.objects.update(lifted_at=SAID)
    assert plan(at=SETTLED) == 1


def test_leaving_from_its_mail_names_the_treaty(say, treaty, follow, relay, client):
    wish(follow, treaty=treaty)
    say()
    go()
    address = next(word for word in relay.text().split() if word.endswith("?what=treaty"))
    page = client.get("/" + address.split("/", 3)[3]).content.decode()
    assert "Stop mail about Pact" in page
    client.post("/" + address.split("/", 3)[3], {"what": "treaty"})
    assert Subscription.objects.get().state == "ended"
