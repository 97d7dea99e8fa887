"""Joining and leaving: by one's own hand only, and a stranger learns nothing."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.signing import TimestampSigner
from django.test import Client

from alerts.models import Alert, Subscriber, Subscription
from alerts.services.planning import plan
from alerts.tokens import confirmation_token, unsubscribe_token
from events.models import Deadline
from tests.conftest import FEBRUARY_2019

pytestmark = pytest.mark.django_db


def ask(client, email="anna@example.org", zone="Europe/Vienna", address="/alerts/subscribe/?treaty=pact", **chosen):
    chosen = {"kinds": ["started", "lead"], "lead_days": "30, 7", "rhythm": "immediate", "language": "en-gb"} | chosen
    return client.post(address, {"email": email, "time_zone": zone} | chosen)


def link(mail):
    return re.search(r"http\S+(/alerts/confirm/\S+)", mail.get_content())[1]


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


def test_a_relay_that_is_not_there_is_admitted_and_the_next_try_works(client, treaty, relay, settings):
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 9
    answer = ask(client)
    assert answer.status_code == 503
    assert "no confirmation could be sent" in answer.content.decode()
    settings.EMAIL_PORT = port
    ask(client)
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
