"""Who presses a button twice, or whose form is answered by two workers at once, gets one row and one mail."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from alerts.models import Alert, Mute, Subscriber, Subscription
from alerts.samples import sample_of
from alerts.services.coming_back import follow_again
from alerts.services.subscribing import CONFIRMATION_PAUSE, Followed, confirm, subscribe, unsubscribe
from alerts.services.test_mail import plan_test
from tests.alerts.sweeping import NOTICE, SETTLED
from tests.other_session import OtherSession

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOTICE + CONFIRMATION_PAUSE


def asked(treaty, email="anna@example.org", at=NOTICE):
    return subscribe(email, Followed(treaty=treaty), delivery={"rhythm": "daily"}, wish={"lead_days": [7]}, at=at)


def both(work, other_work=None):
    """Do the work twice at once, the second waiting for the first; return both results."""
    results = []
    with transaction.atomic():
        results.append(work())
        other = OtherSession(lambda: results.append((other_work or work)()))
    assert other.outcome() is None
    return results


def test_a_new_address_that_is_asked_for_by_two_workers_at_once_is_mailed_once(treaty):
    first, second = both(lambda: asked(treaty), lambda: asked(treaty, "Anna@example.org"))
    assert (first.state, second) == ("pending", None)
    assert Subscriber.objects.get().email == "anna@example.org"
    assert Subscription.objects.get() == first


def test_whoever_did_not_confirm_and_asks_again_twice_is_mailed_once(treaty):
    wish = asked(treaty)
    first, second = both(lambda: asked(treaty, at=LATER), lambda: asked(treaty, at=LATER + timedelta(seconds=1)))
    assert (first, second) == (wish, None)
    assert Subscription.objects.get().created_at == LATER


def test_a_wish_that_is_confirmed_while_it_is_asked_for_again_stays_confirmed(treaty):
    wish = asked(treaty)
    confirmed, second = both(lambda: confirm(wish.pk, at=LATER), lambda: asked(treaty, at=LATER))
    assert (confirmed, second) == (wish, None)
    assert Subscription.objects.get().state == "active"


def test_a_confirmation_that_is_sent_twice_is_one(treaty):
    wish = asked(treaty)
    assert both(lambda: confirm(wish.pk, at=NOTICE), lambda: confirm(wish.pk, at=LATER)) == [wish, wish]
    assert Subscription.objects.get().confirmed_at == Subscriber.objects.get().confirmed_at == NOTICE


def test_leaving_twice_ends_each_wish_once(treaty, follow):
    anna = follow(treaty=treaty)
    assert both(
        lambda: unsubscribe(anna, at=NOTICE, treaty=treaty), lambda: unsubscribe(anna, at=LATER, treaty=treaty)
    ) == [1, 0]
    assert (Subscription.objects.get().ended_at, Mute.objects.get().created_at) == (NOTICE, NOTICE)


def test_following_again_twice_brings_one_wish(treaty, follow):
    anna = follow(treaty=treaty)
    unsubscribe(anna, at=NOTICE)
    wish = Subscription.objects.get()
    assert both(lambda: follow_again(anna, wish.pk, at=LATER)) == [True, False]
    assert Subscription.objects.get().state == "active"


def test_an_editor_who_sends_a_first_test_mail_twice_is_added_once(enter):
    enter(at=NOTICE)
    shown = sample_of("started").alert
    both(lambda: plan_test(shown, email="desk@example.org", language="en-gb", at=SETTLED))
    assert Subscriber.objects.get().state == "editor"
    assert set(Alert.objects.values_list("kind", "subscriber")) == {("test", Subscriber.objects.get().pk)}
