"""The import desk as an editor meets it: upload, look, decide, take back; a contributor gets no further than drafts."""

from __future__ import annotations

import re

import pytest

from events.models import BulkImport, Change
from treaties.models import Party

pytestmark = pytest.mark.django_db


def file_of(text):
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("rows.csv", text.encode())


def upload(client, text, table="parties"):
    return client.post("/admin/events/bulkimport/add/", {"table": table, "file": file_of(text)}, follow=True)


def decide(client, answer, **decision):
    one = BulkImport.objects.latest("pk")
    found = re.search(r'name="_expected" value="(\w+)"', answer.content.decode())
    expected = {"_expected": found[1]} if found else {}
    return client.post(f"/admin/events/bulkimport/{one.pk}/decide/", expected | decision, follow=True)


NOTE = {"_weight": "major", "_note": "The state has a new name."}


def test_an_editor_imports_what_was_shown_and_takes_it_back(admin_client, party):
    answer = upload(admin_client, "slug,name\nruritania,Kingdom of Ruritania\n")
    assert "<ins>Kingdom of Ruritania</ins>" in answer.content.decode()
    assert Party.objects.get().name == "Ruritania"
    decide(admin_client, answer, **NOTE)
    assert Party.objects.get().name == "Kingdom of Ruritania"
    assert Change.objects.get().public_note == "The state has a new name."
    shown = decide(admin_client, answer, _undo="1")
    assert "Nothing has been saved yet" in shown.content.decode()
    assert Party.objects.get().name == "Kingdom of Ruritania"
    decide(admin_client, shown, _undo="1", **NOTE)
    assert (Party.objects.get().name, BulkImport.objects.get().state) == ("Ruritania", "undone")


def test_a_major_change_without_a_note_is_asked_for_it_and_nothing_is_written(admin_client, party):
    answer = upload(admin_client, "slug,name\nruritania,Kingdom of Ruritania\n")
    said = decide(admin_client, answer, _weight="major").content.decode()
    assert "write a public note" in said
    assert (Party.objects.get().name, BulkImport.objects.get().state) == ("Ruritania", "shown")


def test_faults_stand_with_their_line_and_offer_no_import(admin_client):
    page = upload(admin_client, "slug,name,kind\nnew,New,kingdom\n").content.decode()
    assert "Value &#x27;kingdom&#x27; is not a valid choice." in page
    assert 'name="_import"' not in page


def test_a_file_that_cannot_be_read_is_refused_beside_its_field(admin_client):
    page = upload(admin_client, "slug,nickname\na,b\n").content.decode()
    assert "There is no column “nickname”" in page
    assert not BulkImport.objects.exists()


def test_a_file_can_be_dropped(admin_client, party):
    answer = upload(admin_client, "slug,name\nruritania,Kingdom\n")
    decide(admin_client, answer, _drop="1")
    assert BulkImport.objects.get().state == "dropped"


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json", "yaml"])
def test_a_selection_and_a_whole_table_are_given_as_files(admin_client, party, kind):
    values = {"action": f"export_{kind}", "_selected_action": [party.pk]}
    chosen = admin_client.post("/admin/treaties/party/", values)
    whole = admin_client.get(f"/admin/events/bulkimport/export/parties.{kind}")
    for answer in (chosen, whole):
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert answer["Content-Disposition"] == f'attachment; filename="parties.{kind}"'
        assert b"uritania" in content or kind == "xlsx"
        assert content


def test_a_stranger_neither_imports_nor_exports(client, django_user_model, party):
    client.force_login(django_user_model.objects.create_user("guest", is_staff=True))
    assert client.get("/admin/events/bulkimport/export/parties.csv").status_code == 403
    assert client.get("/admin/events/bulkimport/add/").status_code == 403
    assert upload(client, "slug,name\na,A\n").status_code == 403


def test_a_get_decides_nothing(admin_client, party):
    upload(admin_client, "slug,name\nruritania,Kingdom\n")
    one = BulkImport.objects.get()
    assert admin_client.get(f"/admin/events/bulkimport/{one.pk}/decide/").status_code == 405
    assert BulkImport.objects.get().state == "shown"
