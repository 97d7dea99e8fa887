"""Two at one desk: each sees that the other has the row open, and neither overwrites the other unseen."""

from __future__ import annotations

import html

import pytest
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from events.editorial import proposals
from events.editorial.edits import Decision
from events.editorial.kinds import KINDS
from events.editorial.values import values_of
from events.models import Change, Event, Proposal

pytestmark = pytest.mark.django_db


@pytest.fixture
def editors():
    cache.clear()
    clients = []
    for name in ("anna", "bert"):
        user = User.objects.create_user(name, is_staff=True)
        user.groups.set(Group.objects.filter(name="Editor"))
        client = Client()
        client.force_login(user)
        clients.append(client)
    return clients


def words(answer):
    return html.unescape(answer.content.decode())


def treaty_form(treaty, **changes):
    inlines = {
        f"{name}-{count}": 0 for name in ("provisions", "participations") for count in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    kept = {"slug": treaty.slug, "short_name": "Pact", "official_name": "The Pact", "laterality": "bilateral"}
    return kept | {"signed_on": "1987-12-08", "publication": "published"} | inlines | changes


def confirm(client, address, form, **decision):
    shown = client.post(address, form).context["impact"].digest
    return client.post(address, form | {"_expected": shown, "_weight": "minor"} | decision, follow=True)


def test_who_opens_a_row_is_told_who_else_has_it_open_until_they_save(editors, treaty):
    anna, bert = editors
    address = f"/admin/treaties/treaty/{treaty.pk}/change/"
    assert "has not saved it since" not in words(anna.get(address))
    assert "anna opened this row" in words(bert.get(address))
    confirm(anna, address, treaty_form(treaty, summary="Anna's"))
    assert "anna opened this row" not in words(bert.get(address))


def test_the_second_to_save_a_treaty_is_told_and_overwrites_nothing_unseen(editors, treaty):
    anna, bert = editors
    address = f"/admin/treaties/treaty/{treaty.pk}/change/"
    opened = bert.get(address).context["opened"]
    confirm(anna, address, treaty_form(treaty, summary="Anna's"))
    refused = bert.post(address, treaty_form(treaty, summary="Bert's", _opened=opened))
    assert "Somebody else (anna) has saved this entry since you opened it" in words(refused)
    assert "Bert's" in words(refused), "what he typed is still there"
    assert f'<a href="/admin/treaties/treaty/{treaty.pk}/history/" target="_blank">' in refused.content.decode()
    treaty.refresh_from_db()
    assert treaty.summary == "Anna's"
    confirm(bert, address, treaty_form(treaty, summary="Bert's", _opened=refused.context["opened"]))
    treaty.refresh_from_db()
    assert treaty.summary == "Bert's", "knowingly he may"


def test_going_back_from_the_impact_keeps_what_was_typed_and_saves_nothing(editors, treaty):
    anna, _ = editors
    address = f"/admin/treaties/treaty/{treaty.pk}/change/"
    back = anna.post(address, treaty_form(treaty, summary="Half done", _edit="1"))
    assert "Half done" in words(back)
    assert "Nothing has been saved yet." in words(back)
    assert "errornote" not in words(back), "going back is no fault"
    treaty.refresh_from_db()
    assert treaty.summary == ""


def test_the_word_for_the_reviewer_is_carried_through_every_page(editors, treaty):
    anna, _ = editors
    address = f"/admin/treaties/treaty/{treaty.pk}/change/"
    sent = treaty_form(treaty, summary="Half done", _reason="Is this neutral?")
    shown = anna.post(address, sent)
    carried = '<input type="hidden" name="_reason" value="Is this neutral?">'
    assert carried in words(shown)
    assert 'value="Is this neutral?"' in words(anna.post(address, sent | {"_edit": "1"}))
    anna.post(address, sent | {"_propose": "1"})
    assert Proposal.objects.get().reason == "Is this neutral?"


def test_a_proposal_of_nothing_is_told_and_keeps_what_was_typed(editors, treaty):
    anna, _ = editors
    sent = treaty_form(treaty, _propose="1", _reason="Look at the title.")
    answer = anna.post(f"/admin/treaties/treaty/{treaty.pk}/change/", sent)
    assert "stands already" in words(answer)
    assert 'value="Look at the title."' in words(answer)
    assert not Proposal.objects.exists()


def test_held_mail_is_released_from_the_list_of_changes(editors, enter):
    anna, _ = editors
    event = enter()
    address = f"/admin/events/event/{event.pk}/delete/"
    confirm(anna, address, {}, _weight="major", _note="It was no notice.", _hold="1")
    change = Change.objects.get()
    assert change.mail_held
    anna.post("/admin/events/change/", {"action": "release", "_selected_action": [change.pk]})
    change.refresh_from_db()
    assert not change.mail_held
    assert change.mail_released_at is not None


def test_a_minor_change_is_recorded_only(editors, treaty):
    anna, _ = editors
    confirm(anna, f"/admin/treaties/treaty/{treaty.pk}/change/", treaty_form(treaty, summary="A typo less"))
    change = Change.objects.get()
    assert (change.weight, change.public_note, change.made_by.username) == ("minor", "", "anna")


def test_the_queue_costs_the_same_queries_with_one_row_and_with_three(editors, enter):
    anna, _ = editors

    def put_up(day):
        event = enter(day=day)
        values = values_of(KINDS["event"], event) | {"place": "Strelsau"}
        author = User.objects.create_user(f"author-{day}")
        proposals.propose(KINDS["event"], event, values, user=author, at=timezone.now(), decision=Decision())

    def count():
        with CaptureQueriesContext(connection) as queries:
            assert anna.get("/admin/events/proposal/").status_code == 200
        return len(queries)

    put_up("2019-02-02")
    count()
    one = count()
    put_up("2019-02-03")
    put_up("2019-02-04")
    assert count() == one


def test_deleting_is_shown_first_even_where_nothing_moves(editors, enter):
    anna, _ = editors
    event = enter(publication="draft")
    address = f"/admin/events/event/{event.pk}/delete/"
    shown = anna.post(address, {"post": "yes"})
    assert Event.objects.exists()
    anna.post(address, {"_expected": shown.context["impact"].digest})
    assert not Event.objects.exists()
    assert not Change.objects.exists(), "nobody had seen it"
