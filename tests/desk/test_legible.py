"""What no form of the desk sends is refused in words, whoever asks and whatever it is sent to: never a fault of ours."""

from __future__ import annotations

import html

import pytest

from events.models import Event
from treaties.models import Treaty

pytestmark = pytest.mark.django_db
UNREADABLE = "holds a character that cannot be read (U+0000)"
NO_SUCH_ROWS = "The rows that were chosen cannot be told"


def words(answer):
    return html.unescape(answer.content.decode())


@pytest.mark.parametrize(
    "address",
    [
        "events/statement/?q=a%00b",
        "events/statement/?on=%00",
        "events/change/?treaty=%00",
        "events/change/?kind__exact=%00",
        "treaties/source/?publisher%00=x",
        "treaties/source/add/?_popup=1&_to_field=%00",
        "events/event/advice/?text=%00",
        "autocomplete/?app_label=events&model_name=statement&field_name=speaker&term=%00",
        "second-factor/?next=%00",
    ],
)
def test_a_parameter_with_a_nul_is_refused_by_name(admin_client, address):
    answer = admin_client.get(f"/admin/{address}")
    assert answer.status_code == 400
    assert UNREADABLE in words(answer)


@pytest.mark.parametrize("address", ["events/event/%00/change/", "treaties/treaty/%00/history/", "%00/", "x/%00/y/"])
def test_an_address_with_a_nul_leads_nowhere(admin_client, address):
    assert admin_client.get(f"/admin/{address}").status_code == 404


def test_who_has_not_signed_in_is_refused_alike(client):
    assert client.get("/admin/login/?next=%00").status_code == 400
    assert client.get("/admin/events/event/?q=%00").status_code == 400


@pytest.mark.parametrize("field", ["_note", "_reason", "_expected", "comment"])
def test_nothing_is_written_of_a_form_with_a_nul(admin_client, enter, field):
    event = enter()
    answer = admin_client.post(f"/admin/events/event/{event.pk}/change/", {"title": "New", field: "a\0b"})
    assert answer.status_code == 400
    assert f"“{field}” {UNREADABLE}" in words(answer)
    assert Event.objects.get().title == event.title


def test_a_form_says_it_beside_the_field_and_keeps_the_rest(admin_client):
    answer = admin_client.post("/admin/events/event/add/", {"title": "a\0b", "place": "Geneva"})
    assert "Null characters are not allowed." in words(answer)
    assert 'value="Geneva"' in words(answer)
    assert not Event.objects.exists()


@pytest.mark.parametrize("chosen", ["abc", "", "²", "-1", str(2**63), "9" * 5000, "1 OR 1=1"])
@pytest.mark.parametrize("action", ["delete_selected", "withdraw_selected", "export_csv"])
def test_an_action_on_what_is_no_key_is_refused(admin_client, treaty, chosen, action):
    sent = {"action": action, "_selected_action": [str(treaty.pk), chosen], "index": "0"}
    answer = admin_client.post("/admin/treaties/treaty/", sent)
    assert answer.status_code == 400
    assert NO_SUCH_ROWS in words(answer)
    assert Treaty.objects.filter(pk=treaty.pk).exists()


def test_an_action_on_the_largest_key_finds_nothing(admin_client):
    sent = {"action": "export_csv", "_selected_action": [str(2**63 - 1)], "index": "0"}
    assert admin_client.post("/admin/treaties/treaty/", sent).status_code == 200


@pytest.mark.parametrize("named", ["abc", "²", "9" * 30, "1,x", ""])
@pytest.mark.parametrize("field", ["treaties", "sources", "parties", "actor"])
def test_a_form_that_is_to_begin_with_no_row_begins_empty(admin_client, field, named):
    answer = admin_client.get("/admin/events/event/add/", {field: named, "title": "Kept"})
    assert answer.status_code == 200
    assert 'value="Kept"' in words(answer)
    assert not answer.context["adminform"].form.initial.get(field)


def test_a_form_begins_with_the_rows_that_its_address_names(admin_client, treaty):
    answer = admin_client.get("/admin/events/event/add/", {"treaties": str(treaty.pk)})
    assert f'<option value="{treaty.pk}" selected' in words(answer)


def test_the_public_pages_keep_their_own_words(client, treaty):
    answer = client.get("/treaties/?q=%00")
    assert answer.status_code == 400
    assert UNREADABLE in words(answer)
