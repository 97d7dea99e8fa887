"""A form that comes back with faults holds what was typed, and the cursor stands in the first field that is wrong."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from events.editorial import proposals
from events.editorial.edits import Decision
from events.editorial.kinds import KINDS
from events.editorial.values import values_of

pytestmark = pytest.mark.django_db
ADDRESS = "/admin/events/statement/add/"


def cursor(answer):
    """Return the names of the fields in which the cursor is to stand."""
    inputs = re.findall(r"<(?:input|textarea|select)\b[^>]*\bautofocus\b[^>]*>", answer.content.decode())
    return [re.search(r'\bname="(\w+)"', one)[1] for one in inputs]


def test_a_new_entry_begins_at_its_first_field(admin_client):
    assert cursor(admin_client.get(ADDRESS)) == ["quotation"]


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"quotation": "We deny it.", "source_address": "no address", "date": "30 Feb 2019"}, "source_address"),
        ({"quotation": "We deny it.", "date": "30 Feb 2019"}, "date"),
        ({"quotation": "We deny it.", "date": "2 Feb 2019"}, "speaker"),
        (
            {"date": "2 Feb 2019", "body": "State Department", "until": "soon", "stance": "denies", "title": "T"},
            "until",
        ),
    ],
)
def test_a_faulty_one_begins_at_the_first_fault(admin_client, typed, wrong):
    answer = admin_client.post(ADDRESS, typed)
    assert cursor(answer) == [wrong]
    assert all(text in answer.content.decode() for text in typed.values()), "what was typed is still there"


def test_the_next_form_begins_anew(admin_client):
    admin_client.post(ADDRESS, {"date": "soon"})
    assert cursor(admin_client.get(ADDRESS)) == ["quotation"]


@pytest.mark.parametrize("wrong", ["slug", "name"])
def test_other_rows_begin_at_their_fault_alike(admin_client, party, wrong):
    typed = {"slug": "ruritania", "name": "Ruritania", "kind": "state"} | {wrong: ""}
    assert cursor(admin_client.post(f"/admin/treaties/party/{party.pk}/change/", typed)) == [wrong]


def beside(answer, field):
    """Return the fault that stands beside a part of the decision."""
    return re.search(rf'id="id_{field}_error"><li>([^<]*)<', answer.content.decode())[1]


@pytest.fixture
def proposal(enter):
    event = enter()
    values = values_of(KINDS["event"], event) | {"date": "2019-02-03"}
    author = User.objects.create_user("author", is_staff=True)
    return proposals.propose(KINDS["event"], event, values, user=author, at=timezone.now(), decision=Decision())


@pytest.mark.parametrize(
    ("decided", "field", "name", "sentence"),
    [
        ({}, "weight", "_weight", "Say whether this is a minor or a major change."),
        ({"_weight": "major"}, "note", "_note", "A major change is told to readers"),
    ],
)
def test_what_a_decision_lacks_is_said_beside_it(admin_client, proposal, decided, field, name, sentence):
    for address, button in (
        (f"/admin/events/event/{proposal.row_id}/delete/", "_confirm"),
        (f"/admin/events/proposal/{proposal.pk}/change/", "_publish"),
    ):
        shown = admin_client.post(address, {"_show": "1"}).context["impact"].digest
        answer = admin_client.post(address, {"_expected": shown, button: "1"} | decided)
        assert sentence in beside(answer, field)
        assert cursor(answer) == [name]


def test_a_return_without_a_comment_is_told_beside_it(admin_client, proposal):
    answer = admin_client.post(f"/admin/events/proposal/{proposal.pk}/change/", {"_return": "1", "comment": " "})
    assert "Say what should be changed" in beside(answer, "comment")
    assert cursor(answer) == ["comment"]


def test_the_enter_key_does_not_publish_what_is_about_to_be_scheduled(admin_client, proposal):
    page = admin_client.get(f"/admin/events/proposal/{proposal.pk}/change/").content.decode()
    form = page[page.index('class="desk-decision"') :]
    assert re.search(r'type="submit"[^>]*name="(\w+)"', form)[1] == "_show", "a form's first button is its Enter key"


def test_no_browser_asks_for_an_hour_of_who_publishes_or_returns_now(admin_client, proposal):
    page = admin_client.get(f"/admin/events/proposal/{proposal.pk}/change/").content.decode()
    assert 'name="_return"' in page
    assert not re.search(r"<(?:input|select|textarea)\b[^>]*\srequired\b", page)


def test_a_review_that_is_shown_again_keeps_hour_and_comment(admin_client, proposal):
    typed = {"_show": "1", "day": "2030-01-02", "hour": "09:30", "zone": "UTC", "comment": "Which gazette?"}
    page = admin_client.post(f"/admin/events/proposal/{proposal.pk}/change/", typed).content.decode()
    for text in ('value="2030-01-02"', 'value="09:30"', "Which gazette?</textarea>"):
        assert text in page
