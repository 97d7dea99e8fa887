"""Zones: one that the database does not know would stop the planning of everybody's mail, so none gets in."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, datetime

import pytest
from django.forms import ValidationError

from alerts.forms import known_zone
from alerts.models import FormMail, Subscriber
from alerts.services.planning import plan
from treaties.zones import is_known_zone

pytestmark = pytest.mark.django_db


def test_every_zone_that_a_form_takes_can_be_planned_with(enter, treaty, follow):
    taken = []
    for name in sorted(zoneinfo.available_timezones()):
        try:
            taken.append(known_zone(name))
        except ValidationError:
            assert not is_known_zone(name)
    assert len(taken) > 500
    for number, name in enumerate(taken):
        follow(f"reader{number}@example.org", treaty=treaty, time_zone=name)
    enter()
    assert plan(at=datetime(2019, 2, 3, 12, tzinfo=UTC)) == len(taken)


@pytest.mark.parametrize("name", ["localtime", "Mars/Olympus", "UTC'; --", "posix/UTC", "Europe/Vienna\n,UTC"])
def test_no_other_zone_is_taken_by_the_form_or_by_the_admin(client, admin_client, treaty, follow, name):
    asked = {"email": "bert@example.org", "kinds": ["lead"], "lead_days": "7", "rhythm": "immediate", "language": "fr"}
    answer = client.post("/alerts/subscribe/", asked | {"time_zone": name})
    assert answer.status_code == 400
    assert not FormMail.objects.exists()
    page = f"/admin/alerts/subscriber/{follow(treaty=treaty).pk}/change/"
    inline = {"subscriptions-TOTAL_FORMS": 0, "subscriptions-INITIAL_FORMS": 0}
    answer = admin_client.post(page, inline | {"time_zone": name, "language": "fr"})
    assert "This is not a time zone" in answer.content.decode()
    assert Subscriber.objects.get().time_zone == "UTC"


def test_a_zone_chosen_by_an_editor_moves_the_next_digest(admin_client, treaty, follow):
    reader = follow(treaty=treaty)
    page, inline = f"/admin/alerts/subscriber/{reader.pk}/change/", {
        "subscriptions-TOTAL_FORMS": 0, "subscriptions-INITIAL_FORMS": 0,
    }  # fmt: skip
    Subscriber.objects.update(rhythm="daily", digest_hour=8, next_digest_at=datetime(2019, 2, 3, 8, tzinfo=UTC))
    admin_client.post(page, inline | {"time_zone": "Asia/Tokyo", "language": "fr"})
    moved = Subscriber.objects.get()
    assert (moved.time_zone, moved.language, moved.next_digest_at.hour) == ("Asia/Tokyo", "fr", 23)
