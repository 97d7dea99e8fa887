"""What nobody has looked at for long is named: treaties, and clocks that end soon."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from events.models import Deadline
from events.rechecks import clocks_ending_unchecked, mark_rechecked, treaties_not_reviewed

pytestmark = pytest.mark.django_db
JULY = datetime(2019, 7, 20, 12, tzinfo=UTC)


def test_a_treaty_waits_until_it_is_reviewed_and_again_later(treaty):
    assert list(treaties_not_reviewed(at=JULY)) == [treaty]
    mark_rechecked([treaty], by=None, at=JULY)
    assert not treaties_not_reviewed(at=JULY + timedelta(days=179))
    assert list(treaties_not_reviewed(at=JULY + timedelta(days=181))) == [treaty]


def test_a_draft_treaty_waits_for_nobody(treaty):
    treaty.publication = "draft"
    treaty.save()
    assert not treaties_not_reviewed(at=JULY)


def test_a_clock_that_ends_soon_waits_until_it_is_checked(enter):
    enter()
    clock = Deadline.objects.get()
    assert not clocks_ending_unchecked(at=JULY - timedelta(days=60))
    assert list(clocks_ending_unchecked(at=JULY)) == [clock]
    mark_rechecked([clock], by=None, at=JULY)
    assert not clocks_ending_unchecked(at=JULY)


def test_a_date_that_moved_after_the_check_waits_again(enter):
    enter()
    clock = Deadline.objects.get()
    mark_rechecked([clock], by=None, at=JULY)
    Deadline.objects.update(changed_at=JULY + timedelta(hours=1))
    assert list(clocks_ending_unchecked(at=JULY + timedelta(hours=2))) == [clock]


def test_the_command_names_them_and_ends_with_one(treaty, capsys):
    with pytest.raises(CommandError, match="1 treaties and 0 clocks"):
        call_command("stale_record")
    assert "not reviewed for 180 days: Pact (last: never)" in capsys.readouterr().out


def test_an_editor_notes_a_check_from_the_list(treaty, admin_client):
    values = {"action": "recheck", "_selected_action": [treaty.pk]}
    admin_client.post("/admin/treaties/treaty/", values)
    assert treaty.rechecks.get().checked_by.username == "admin"
