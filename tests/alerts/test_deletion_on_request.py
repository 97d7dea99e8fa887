"""Somebody asks by letter to be deleted: an administrator does it, after one more question, and nothing names them."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User

from alerts.forgetting import MOST_AT_ONCE
from alerts.models import Alert, Subscriber
from alerts.services.planning import plan
from tests.alerts.sweeping import SETTLED
from tests.alerts.test_preferences import places_of
from treatywatch.accounts.roles import ADMINISTRATOR, EDITOR

pytestmark = pytest.mark.django_db

LIST = "/admin/alerts/subscriber/"


@pytest.fixture
def desk(client):
    """Return a function that signs in somebody of a role."""

    def _desk(role):
        user = User.objects.create_user(role.lower(), is_staff=True)
        user.groups.set(Group.objects.filter(name=role))
        client.force_login(user)
        return client

    return _desk


@pytest.fixture
def anna(enter, treaty, follow):
    reader = follow(treaty=treaty)
    follow("bert@example.org", treaty=treaty)
    enter()
    assert plan(at=SETTLED) == 2
    return reader


def choose(client, *readers, **values):
    chosen = {"action": "forget", "_selected_action": [reader.pk for reader in readers]}
    return client.post(LIST, chosen | values, follow=True)


def test_an_administrator_is_asked_once_more_and_then_all_is_gone_but_who_did_it(desk, anna):
    client = desk(ADMINISTRATOR)
    asked = choose(client, anna).content.decode()
    assert "anna@example.org" in asked
    assert "bert@example.org" not in asked
    assert Subscriber.objects.count() == 2
    done = choose(client, anna, sure="yes").content.decode()
    assert "1 subscriber was deleted." in done
    assert places_of("anna@example.org") == set()
    assert [alert.subscriber.email for alert in Alert.objects.all()] == ["bert@example.org"]
    entry = LogEntry.objects.get()
    assert (entry.user.username, entry.object_id, entry.is_deletion()) == ("administrator", None, True)
    assert entry.object_repr == "All that was stored of one subscriber, on request"


def test_asked_twice_it_is_done_once(desk, anna):
    client = desk(ADMINISTRATOR)
    choose(client, anna, sure="yes")
    assert choose(client, anna, sure="yes").status_code == 200
    assert (Subscriber.objects.count(), LogEntry.objects.count()) == (1, 1)


def test_an_editor_may_not(desk, anna):
    client = desk(EDITOR)
    assert "Delete everything, as its owner has asked" not in client.get(LIST).content.decode()
    choose(client, anna, sure="yes")
    assert Subscriber.objects.count() == 2


def test_a_whole_list_is_not_deleted_by_a_slip(desk, anna, follow):
    readers = [follow(f"reader{number}@example.org") for number in range(MOST_AT_ONCE)]
    answer = choose(desk(ADMINISTRATOR), anna, *readers, sure="yes")
    assert "Nothing was deleted" in answer.content.decode()
    assert Subscriber.objects.count() == MOST_AT_ONCE + 2
