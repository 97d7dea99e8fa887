"""Forms that send mail cannot be used to flood an address, nor by one network to flood many; a stranger learns nothing."""

from __future__ import annotations

import re

import pytest
from django.test import RequestFactory
from django.utils import timezone

from alerts import limiting
from alerts.form_answers import answer_forms
from alerts.models import FormMail, Subscriber, Subscription
from alerts.services.subscribing import unsubscribe
from tests.conftest import CONFIRMED

pytestmark = pytest.mark.django_db
TOKEN = re.compile(r'value="[A-Za-z0-9]{64}"')


def send_form(client, email, treaty="pact", **told):
    chosen = {"kinds": ["started"], "lead_days": "30", "rhythm": "immediate", "language": "en-gb", "time_zone": "UTC"}
    return client.post(f"/alerts/subscribe/?treaty={treaty}", {"email": email} | chosen, **told)


def ask(client, email="anna@example.org", treaty="pact"):
    answer = send_form(client, email, treaty)
    answer_forms(clock=timezone.now)
    return answer


def fresh():
    limiting._shared.cache_clear()
    limiting._own.cache_clear()


@pytest.fixture
def many(treaty):
    for number in range(5):
        treaty.pk, treaty.slug, treaty.short_name = None, f"pact-{number}", f"Pact {number}"
        treaty.save()
    return [f"pact-{number}" for number in range(5)]


def test_an_address_is_mailed_three_confirmations_an_hour_and_the_answer_stays_the_same(client, many, relay):
    answers = [
        ask(client, treaty=slug).content.decode().replace(slug.replace("p", "P", 1).replace("-", " "), "it")
        for slug in many
    ]
    answers = [TOKEN.sub("", answer).replace(slug, "it") for slug, answer in zip(many, answers, strict=True)]
    assert len(relay.mails) == 3
    assert len(set(answers)) == 1
    assert Subscription.objects.count() == 3


def test_capitals_do_not_make_another_address(client, many, relay):
    for slug, name in zip(many, ["anna", "Anna", "ANNA", "aNNa", "annA"], strict=True):
        ask(client, f"{name}@example.org", slug)
    assert len(relay.mails) == 3


def test_a_network_asks_twenty_times_an_hour(client, treaty):
    for number in range(20):
        assert send_form(client, f"reader{number}@example.org").status_code == 200
    refused = send_form(client, "one-more@example.org")
    assert refused.status_code == 429
    assert "from your network" in refused.content.decode()
    assert FormMail.objects.count() == 20
    assert not FormMail.objects.filter(email="one-more@example.org").exists()
    assert send_form(client, "one-more@example.org", REMOTE_ADDR="192.0.2.9").status_code == 200
    assert FormMail.objects.filter(email="one-more@example.org").exists()


@pytest.mark.parametrize(
    ("proxy", "remote", "forwarded", "network"),
    [
        (False, "192.0.2.1", "", "192.0.2.1"),
        (False, "192.0.2.1", "198.51.100.7", "192.0.2.1"),
        (True, "127.0.0.1", "203.0.113.5, 198.51.100.7", "198.51.100.7"),
        (True, "127.0.0.1", "", "127.0.0.1"),
        (False, "2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
        (False, "2001:db8:1:2:ffff::1", "", "2001:db8:1:2::/64"),
        (False, "::ffff:192.0.2.1", "", "192.0.2.1"),
        (True, "127.0.0.1", "nonsense", "unknown"),
        (False, "", "", "unknown"),
    ],
)
def test_whose_network_it_is(settings, proxy, remote, forwarded, network):
    settings.BEHIND_PROXY = proxy
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR=remote)
    assert limiting.network(request) == network


def test_without_valkey_readers_are_served_and_floods_still_meet_a_limit(client, many, relay, settings):
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    fresh()
    assert [ask(client, treaty=slug).status_code for slug in many] == [200] * 5
    assert len(relay.mails) == 3
    fresh()


def test_a_used_confirmation_link_changes_nothing_more(client, treaty, relay):
    ask(client)
    address = re.search(r"http\S+(/alerts/confirm/\S+)", relay.text())[1]
    client.post(address)
    Subscriber.objects.update(state="suppressed", suppressed_reason="550 gone")
    client.post(address)
    assert Subscriber.objects.get().state == "suppressed", "an old link lifts no suppression"
    unsubscribe(Subscriber.objects.get(), at=CONFIRMED)
    assert client.post(address).status_code == 410
    assert Subscription.objects.get().state == "ended"


@pytest.mark.parametrize(
    ("email", "kept"),
    [
        ("anna@example.org%0d%0aBcc: b@example.org", None),
        ("anna@example.org\u2028Bcc: b@example.org", None),
        ("anna\r\nRCPT TO:<b@example.org>@example.org", None),
        ('"anna b"@example.org', None),
        ("{{ settings.SECRET_KEY }}@example.org", None),
        ("a" * 255 + "@example.org", None),
        ("anna@bücher.example", "anna@xn--bcher-kva.example"),
        ("bért@example.org", None),
    ],
)
def test_odd_addresses_are_refused_or_written_as_relays_read_them(client, treaty, relay, email, kept):
    assert ask(client, email).status_code == (200 if kept else 400)
    assert list(Subscriber.objects.values_list("email", flat=True)) == ([kept] if kept else [])
    assert relay.addresses == ([kept] if kept else [])


def test_template_syntax_and_line_breaks_in_a_name_stay_text(client, treaty, relay):
    treaty.short_name = "{{ 7|add:7 }}{% now 'Y' %}\nBcc: everybody@example.org"
    treaty.save()
    ask(client)
    mail = relay.mails[0]
    assert mail["Bcc"] is None
    assert relay.addresses == ["anna@example.org"]
    assert "{{ 7|add:7 }}{% now 'Y' %}" in mail["Subject"]


def ask_link(client, email="known@example.org"):
    answer = client.post("/alerts/link/", {"email": email})
    answer_forms(clock=timezone.now)
    return answer


def test_the_link_to_ones_page_is_one_of_the_three_mails_an_hour(client, many, follow, relay):
    follow("known@example.org")
    for slug in many[:2]:
        ask(client, "known@example.org", slug)
    assert ask_link(client).status_code == 200
    assert [mail["Subject"].startswith("Confirm") for mail in relay.mails] == [True, True, False]
    ask(client, "known@example.org", many[2])
    assert len(relay.mails) == 3


def test_a_link_that_is_asked_for_by_a_double_click_is_mailed_once(client, follow, relay):
    follow("known@example.org")
    first, second = (TOKEN.sub("", ask_link(client, name).text) for name in ("known@example.org", "Known@example.org"))
    assert first == second.replace("Known", "known")
    assert len(relay.mails) == 1
    follow("other@example.org")
    ask_link(client, "other@example.org")
    assert len(relay.mails) == 2, "somebody else's is another form"
