"""Joining and leaving: by one's own hand only, and a stranger learns nothing."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.signing import TimestampSigner
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from kombu.exceptions import OperationalError

from alerts.form_answers import answer_forms
from alerts.models import Alert, FormMail, Subscriber, Subscription
from alerts.return_path import message_id_of_reader
from alerts.services.planning import plan
from alerts.services.subscribing import lift_suppression
from alerts.tokens import confirmation_token, unsubscribe_token
from events.models import Deadline
from tests.alerts.asking import ask
from tests.conftest import FEBRUARY_2019

pytestmark = pytest.mark.django_db


def link(mail):
    return re.search(r"http\S+(/alerts/confirm/\S+)", mail.get_body(("plain",)).get_content())[1]


def test_an_address_is_confirmed_by_a_post_only(client, treaty, relay):
    ask(client)
    address = link(relay.mails[0])
    assert client.get(address).status_code == 200
    assert Subscription.objects.get().state == "pending", "a scanner that opens the link confirms nothing"
    client.post(address)
    wish = Subscription.objects.get()
    assert (wish.state, wish.treaty, wish.subscriber.state) == ("active", treaty, "active")
    assert wish.subscriber.time_zone == "Europe/Vienna"
    assert client.post(address).status_code == 200, "asking twice is answered politely"


def test_known_and_unknown_addresses_get_the_same_answer(client, treaty, follow, relay):
    follow("known@example.org", treaty=treaty)
    known = ask(client, "known@example.org").content.decode().replace("known@", "X@")
    unknown = ask(client, "unknown@example.org").content.decode().replace("unknown@", "X@")
    token = re.compile(r'value="[A-Za-z0-9]{64}"')
    assert token.sub("", known) == token.sub("", unknown)


def test_what_is_chosen_on_the_form_is_what_a_new_address_gets(client, treaty, relay):
    ask(client, kinds=["lead", "statement"], rhythm="weekly", digest_weekday="4", digest_hour="6", language="fr")
    wish = Subscription.objects.get()
    assert (wish.kinds, wish.lead_days) == (["lead", "statement"], [30, 7])
    anna = wish.subscriber
    assert (anna.rhythm, anna.digest_weekday, anna.digest_hour, anna.language) == ("weekly", 4, 6, "fr")


def test_a_stranger_who_types_an_address_changes_nothing_of_its_owner(client, treaty, party, follow, relay):
    follow(party=party)
    ask(client, rhythm="weekly", language="fr", kinds=["statement"])
    anna = Subscriber.objects.get()
    assert (anna.rhythm, anna.language, anna.time_zone) == ("immediate", "en-gb", "UTC")
    assert anna.subscriptions.get(party=party).kinds != ["statement"]
    assert anna.subscriptions.get(treaty=treaty).state == "pending"


def test_a_form_sent_twice_sends_one_mail(client, treaty, relay):
    ask(client)
    ask(client)
    assert len(relay.mails) == 1
    assert Subscription.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"email": "anna@example.org\nBcc: b@example.org"}, "This is not a mail address"),
        ({"email": "anna"}, "This is not a mail address"),
        ({"email": "a@" + "b" * 300 + ".org"}, "mail"),
        ({"zone": "Europe/Wien"}, "“Europe/Wien” is not a time zone"),
    ],
)
def test_bad_input_is_answered_in_words_and_nothing_is_kept(client, treaty, relay, wrong, sentence):
    answer = ask(client, **wrong)
    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert not Subscriber.objects.exists()
    assert not relay.mails


def test_an_unknown_treaty_is_not_found(client, treaty):
    assert ask(client, address="/alerts/subscribe/?treaty=atlantis").status_code == 404
    assert ask(client, address="/alerts/subscribe/?treaty=%00").status_code == 404


FORM = {"email": "@", "kinds": ["lead"], "lead_days": "30", "rhythm": "weekly", "language": "fr", "time_zone": "UTC"}


@pytest.fixture
def addresses(treaty, follow):
    """Return addresses that stand in every relation to us, the last in none."""
    follow("follows@example.org", treaty=treaty)
    follow("elsewhere@example.org")
    follow("suppressed@example.org", treaty=treaty)
    Subscriber.objects.filter(email__startswith="suppressed").update(state="suppressed")
    pending = Subscriber.objects.create(email="pending@example.org", created_at=FEBRUARY_2019)
    Subscription.objects.create(subscriber=pending, treaty=treaty, created_at=FEBRUARY_2019)
    return ["follows", "elsewhere", "suppressed", "pending", "unknown"]


@pytest.mark.parametrize("form", ["/alerts/subscribe/?treaty=pact", "/alerts/link/"])
def test_a_form_does_the_same_work_whoever_the_address_is_and_mails_nobody_itself(client, addresses, relay, form):
    client.get(form)
    work = set()
    for name in addresses:
        with CaptureQueriesContext(connection) as asked:
            client.post(form, FORM | {"email": f"{name}@example.org"})
        work.add(tuple(re.sub(r"'[^']*'|\d+", "?", one["sql"]) for one in asked))
    assert len(work) == 1
    assert "INSERT INTO" in str(work)
    assert "alerts_subscri" not in str(work), "nothing is looked up that a stranger could time"
    assert FormMail.objects.count() == len(addresses)
    assert not relay.mails


def test_the_worker_mails_a_confirmation_to_whom_it_is_due_and_then_forgets_that_it_was_asked(client, addresses, relay):
    for name in addresses:
        ask(client, f"{name}@example.org")
    asked = ["elsewhere@example.org", "suppressed@example.org", "pending@example.org", "unknown@example.org"]
    assert relay.addresses == asked
    assert not FormMail.objects.exists()


@pytest.fixture
def refused(treaty, follow):
    """Return somebody who follows the treaty, for statements only, and whose address has refused mail."""
    anna = follow(treaty=treaty, kinds=["statement"])
    Subscriber.objects.update(state="suppressed", suppressed_reason="552 full")
    return anna


def test_whoever_comes_back_after_refusals_confirms_again_and_keeps_what_was_chosen(client, refused, relay):
    ask(client)
    assert Subscription.objects.get().state == "pending"
    client.post(link(relay.mails[0]))
    wish = Subscription.objects.get()
    assert (wish.state, wish.kinds, wish.subscriber.state) == ("active", ["statement"], "active")


def test_a_suppression_that_an_editor_lifts_brings_back_what_had_been_confirmed(client, refused, treaty, relay):
    ask(client)
    ask(client, address="/alerts/subscribe/")
    assert lift_suppression(Subscriber.objects.all()) == 1
    assert refused.subscriptions.get(treaty=treaty).state == "active"
    assert refused.subscriptions.get(everything=True).state == "pending", "nobody has confirmed this one"


def test_a_relay_that_is_down_delays_a_confirmation_and_doubles_none(client, treaty, relay, settings):
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 9
    assert ask(client).status_code == 200
    assert FormMail.objects.get().last_error
    settings.EMAIL_PORT = port
    assert answer_forms(clock=timezone.now) == 0, "it is tried again in a while"
    later = timezone.now() + timedelta(minutes=3)
    assert [answer_forms(clock=lambda: later) for _ in range(2)] == [1, 0]
    assert client.post(link(relay.mails[0])).status_code == 200
    assert Subscription.objects.get().state == "active"


def test_a_worker_that_died_is_followed_by_another_under_the_same_name(client, treaty, relay):
    relay.answers = ["451 not now"]
    ask(client)
    name = FormMail.objects.get().message_id
    later = timezone.now() + timedelta(minutes=3)
    answer_forms(clock=lambda: later)
    assert relay.mails[0]["Message-ID"] == message_id_of_reader(name, Subscriber.objects.get().pk)


def test_while_the_broker_is_down_a_form_is_taken_and_answered_with_the_next_beat(client, treaty, relay, monkeypatch):
    def unreachable(*_, **__):
        raise OperationalError

    monkeypatch.setattr("alerts.tasks.answer_forms.delay", unreachable)
    assert ask(client).status_code == 200
    assert len(relay.mails) == 1


def test_an_old_or_torn_link_is_explained(client, treaty, follow, monkeypatch):
    follow(treaty=treaty)
    token = confirmation_token(Subscription.objects.get().pk)
    assert "not complete" in client.post(f"/alerts/confirm/{token[:-3]}/").content.decode()
    monkeypatch.setattr(TimestampSigner, "timestamp", lambda _: "1aaaaa")
    old = confirmation_token(Subscription.objects.get().pk)
    monkeypatch.undo()
    assert "expired" in client.post(f"/alerts/confirm/{old}/").content.decode()


def test_a_link_for_one_purpose_is_no_link_for_another(client, treaty, follow):
    subscriber = follow(treaty=treaty)
    leave = unsubscribe_token(str(subscriber.key))
    assert client.post(f"/alerts/confirm/{leave}/").status_code == 400
    assert client.post(f"/alerts/unsubscribe/{confirmation_token(1)}/").status_code == 400


def test_leaving_takes_a_post_and_stays_as_a_row(client, treaty, follow):
    subscriber = follow(treaty=treaty)
    address = f"/alerts/unsubscribe/{unsubscribe_token(str(subscriber.key))}/"
    client.get(address)
    assert Subscription.objects.get().state == "active"
    client.post(address, {"what": "all"})
    client.post(address, {"what": "all"})
    assert Subscription.objects.get().state == "ended"


def test_one_treaty_can_be_left_and_the_rest_kept(client, enter, treaty, party, follow):
    subscriber = follow(treaty=treaty)
    follow(party=party)
    enter()
    token = unsubscribe_token(str(subscriber.key), treaty.provisions.get().deadlines.get().pk)
    client.post(f"/alerts/unsubscribe/{token}/", {"what": "treaty"})
    assert list(Subscription.objects.filter(state="active").values_list("party__slug", flat=True)) == ["ruritania"]


def test_one_deadline_can_be_left_and_the_rest_of_the_treaty_goes_on(client, enter, treaty, follow):
    subscriber = follow(treaty=treaty)
    enter()
    enter(day="2019-01-20")
    left, kept = Deadline.objects.order_by("-due_earliest")
    address = f"/alerts/unsubscribe/{unsubscribe_token(str(subscriber.key), left.pk)}/"
    assert left.title in client.get(f"{address}?what=deadline").content.decode()
    client.post(address, {"what": "deadline"})
    plan(at=FEBRUARY_2019)
    assert list(Alert.objects.values_list("deadline", flat=True)) == [kept.pk]


def test_a_treaty_that_is_left_stays_left_though_everything_is_followed_until_it_is_followed_again(
    client, enter, treaty, follow, relay
):
    subscriber = follow()
    enter()
    token = unsubscribe_token(str(subscriber.key), Deadline.objects.get().pk)
    client.post(f"/alerts/unsubscribe/{token}/", {"what": "treaty"})
    assert plan(at=FEBRUARY_2019) == 0
    ask(client)
    client.post(link(relay.mails[0]))
    assert plan(at=FEBRUARY_2019) == 1


def test_who_asks_to_leave_a_part_that_is_gone_keeps_the_rest(client, treaty, follow):
    subscriber = follow(treaty=treaty)
    address = f"/alerts/unsubscribe/{unsubscribe_token(str(subscriber.key))}/"
    assert client.post(address, {"what": "deadline"}).status_code == 400
    assert Subscription.objects.get().state == "active"


def test_one_click_needs_neither_cookie_nor_page(treaty, follow):
    subscriber = follow(treaty=treaty)
    address = f"/alerts/one-click/{unsubscribe_token(str(subscriber.key))}/"
    program = Client(enforce_csrf_checks=True)
    program.get(address)
    assert Subscription.objects.get().state == "active", "a GET shows the page only"
    assert program.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Subscription.objects.get().state == "ended"


def test_what_is_pressed_on_the_page_of_a_mail_programs_link_leaves_that_alone(client, enter, treaty, follow):
    subscriber = follow(treaty=treaty)
    enter()
    token = unsubscribe_token(str(subscriber.key), Deadline.objects.get().pk)
    page = client.get(f"/alerts/one-click/{token}/").content.decode()
    action = re.search(r'<form method="post" action="([^"]+)"', page.partition("<main")[2])[1]
    client.post(action, {"what": "deadline"})
    assert Subscription.objects.get().state == "active"
    assert plan(at=FEBRUARY_2019) == 0


def test_a_deadline_is_asked_about_with_its_day_in_words(client, enter, treaty, relay):
    enter()
    ask(client, address=f"/alerts/subscribe/?deadline={Deadline.objects.get().slug}")
    assert relay.mails[0]["Subject"] == "Confirm: follow Ruritania withdrawal takes effect (2 August 2019)"


def test_what_was_waiting_for_somebody_who_leaves_is_cancelled(client, enter, treaty, follow):
    subscriber = follow(treaty=treaty)
    enter()
    plan(at=FEBRUARY_2019)
    client.post(f"/alerts/unsubscribe/{unsubscribe_token(str(subscriber.key))}/", {"what": "all"})
    assert Alert.objects.get().state == "cancelled"
    plan(at=FEBRUARY_2019 + timedelta(hours=1))
    assert Alert.objects.count() == 1


def test_who_comes_back_confirms_again(client, treaty, follow, relay):
    subscriber = follow(treaty=treaty)
    client.post(f"/alerts/unsubscribe/{unsubscribe_token(str(subscriber.key))}/", {"what": "all"})
    ask(client)
    assert Subscription.objects.filter(state="active").count() == 0
    client.post(link(relay.mails[0]))
    assert Subscription.objects.filter(state="active").count() == 1
