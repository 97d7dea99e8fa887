"""A form that comes back with faults holds what was typed, and the cursor stands in the first field that is wrong."""

from __future__ import annotations

import re

import pytest

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
