"""What somebody has typed is kept when their row is deleted under their hands, and shown in words, not in keys."""

from __future__ import annotations

import html

import pytest
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from events.models import Deadline, Event, Proposal
from treaties.models import Participation, ParticipationAct, Source, Treaty

pytestmark = pytest.mark.django_db
KEPT = "/admin/kept-work/"


@pytest.fixture
def anna():
    cache.clear()
    return _signed_in("anna", "Editor")


@pytest.fixture
def bert():
    return _signed_in("bert", "Editor")


def _signed_in(name, role):
    user = User.objects.create_user(name, is_staff=True)
    user.groups.set(Group.objects.filter(name=role))
    client = Client()
    client.force_login(user)
    return client


def words(answer):
    return " ".join(html.unescape(answer.content.decode()).split())


def typed_into(event, treaty, party, source, **more):
    return {
        "kind": "report",
        "actor": party.pk,
        "date": "2 Feb 2019",
        "title": "A long afternoon's work",
        "summary": "First line\nsecond line",
        "treaties": [treaty.pk],
        "sources": [source.pk],
        "publication": "published",
        "date_basis": "stated",
        "slug": event.slug,
        **more,
    }


def delete(client, row):
    address = f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/delete/"
    shown = client.post(address, {}).context["impact"].digest
    client.post(address, {"_expected": shown, "_weight": "minor", "_note": "Entered twice."})


@pytest.fixture
def gone(anna, bert, enter, treaty, party, source):
    """An entry that Bert deleted while Anna had it open; returns what she sends, and where to."""
    event = enter(kind="report")
    sent = typed_into(event, treaty, party, source, _opened="x", _reason="Is this neutral?")
    delete(bert, event)
    assert not Event.objects.exists()
    return f"/admin/events/event/{event.pk}/change/", sent


@pytest.mark.parametrize("button", ["_save", "_edit", "_propose", "_continue"])
def test_whichever_button_she_presses_all_that_she_typed_is_kept(anna, gone, button):
    address, sent = gone
    answer = anna.post(address, sent | {button: "1"}, follow=True)
    assert answer.redirect_chain[-1][0] == KEPT
    for text in ("A long afternoon's work", "First line<br>second line", "2 Feb 2019", "Is this neutral?"):
        assert text in words(answer), text
    assert not Event.objects.exists()
    assert not Proposal.objects.exists()


def test_she_is_told_who_removed_it_when_and_why(anna, gone):
    told = words(anna.post(*gone, follow=True))
    assert "bert deleted this row on" in told
    assert "UTC, while you had it open. Their note: “Entered twice.”." in told


def test_a_row_of_which_the_history_knows_nothing_is_no_more_than_gone(anna, gone):
    _address, sent = gone
    told = words(anna.post("/admin/events/event/999999/change/", sent, follow=True))
    assert "This row is no longer on record." in told
    assert "A long afternoon's work" in told


def test_it_is_entered_anew_with_one_button_and_kept_until_it_is_saved(anna, gone):
    work = anna.post(*gone, follow=True).context["works"][0].work
    assert work["send_to"] == "/admin/events/event/add/"
    again = dict(work["fields"]) | {"_kept": work["key"]}
    form = anna.post(work["send_to"], again | {"_edit": "1"})
    assert "Nothing has been saved yet." in words(form)
    assert 'value="A long afternoon\'s work"' in words(form)
    assert f'name="_kept" value="{work["key"]}"' in words(form), "so that saving it ends the keeping"
    assert anna.get(KEPT).status_code == 200, "a browser that falls over now loses nothing"
    anna.post(work["send_to"], again)
    assert Event.objects.get().title == "A long afternoon's work"
    assert anna.get(KEPT).status_code == 302


def test_what_is_dropped_is_kept_no_longer_and_the_rest_is(anna, gone):
    address, sent = gone
    anna.post(address, sent)
    anna.post(address, sent | {"title": "Another one"})
    first, second = (one.work["key"] for one in anna.get(KEPT).context["works"])
    left = anna.post(KEPT, {"drop": first})
    assert [one.work["key"] for one in left.context["works"]] == [second]
    assert anna.post(KEPT, {"drop": second}).url == "/admin/"


def test_what_hung_on_the_row_is_new_as_well(anna, bert, treaty, party):
    participation = Participation.objects.create(treaty=treaty, party=party)
    act = ParticipationAct.objects.create(participation=participation, kind="signature", date="1987-12-08")
    sent = {
        "treaty": treaty.pk,
        "party": party.pk,
        "acts-TOTAL_FORMS": 1,
        "acts-INITIAL_FORMS": 1,
        "acts-0-id": act.pk,
        "acts-0-participation": participation.pk,
        "acts-0-kind": "ratification",
        "acts-0-date": "1988-06-01",
        "acts-0-basis": "stated",
        "acts-0-publication": "published",
    }
    address = f"/admin/treaties/participation/{participation.pk}/change/"
    delete(bert, participation)
    kept = anna.post(address, sent, follow=True)
    for label, value in (
        ("Participation act 1: Kind", "Deposit of ratification"),
        ("Participation act 1: Date", "1988-06-01"),
    ):
        assert f'<th scope="row">{label}</th><td>{value}</td>' in words(kept)
    work = kept.context["works"][0].work
    again = dict(work["fields"]) | {"_kept": work["key"]}
    form = anna.post(work["send_to"], again | {"_edit": "1"})
    assert 'value="1988-06-01"' in words(form)
    anna.post(work["send_to"], again)
    assert [(one.kind, str(one.date)) for one in treaty.participations.get().acts.all()] == [
        ("ratification", "1988-06-01")
    ]


def test_a_treaty_is_entered_anew_without_the_clauses_that_went_with_it(anna, bert):
    treaty = Treaty.objects.create(slug="brief", short_name="Brief", laterality="bilateral", publication="draft")
    counts = {
        f"{name}-{one}": 1 for name in ("provisions", "participations") for one in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    sent = {"slug": "brief", "short_name": "Brief", "official_name": "", "laterality": "bilateral"} | counts
    sent |= {"official_name": "The Brief Treaty", "publication": "draft", "provisions-0-id": "7"}
    delete(bert, treaty)
    address = f"/admin/treaties/treaty/{treaty.pk}/change/"
    work = anna.post(address, sent, follow=True).context["works"][0].work
    assert dict(work["fields"])["provisions-TOTAL_FORMS"] == ["0"]
    again = dict(work["fields"]) | {"participations-TOTAL_FORMS": "0"}
    anna.post(work["send_to"], again)
    assert Treaty.objects.get(slug="brief").official_name == "The Brief Treaty"


def test_a_file_that_came_with_it_is_named_to_be_chosen_again(anna, bert, source):
    sent = {"slug": "gazette", "publisher": "Gazette", "title": "Typed at length", "language": "en"}
    sent |= {"archived_copies-TOTAL_FORMS": 0, "archived_copies-INITIAL_FORMS": 0}
    delete(bert, source)
    sent["copy_file"] = SimpleUploadedFile("page.pdf", b"%PDF-1.7")
    kept = words(anna.post(f"/admin/treaties/source/{source.pk}/change/", sent, follow=True))
    assert "Typed at length" in kept
    assert "page.pdf: files are not kept, choose it again." in kept
    assert not Source.objects.exists()


def test_a_clock_that_is_gone_cannot_be_entered_but_its_reason_is_kept(anna, bert, enter):
    event = enter()
    deadline = Deadline.objects.get()
    delete(bert, event)
    sent = {"override_due": "2019-08-09", "override_reason": "The depositary says so."}
    kept = anna.post(f"/admin/events/deadline/{deadline.pk}/change/", sent, follow=True)
    assert "The depositary says so." in words(kept)
    assert "Enter it anew" not in words(kept)


def test_it_reads_in_words_with_links(anna, gone, treaty, party, source):
    kept = words(anna.post(*gone, follow=True))
    for label, row in (("Actor", party), ("Treaties", treaty), ("Sources", source)):
        kind = row._meta.model_name
        link = f'<a href="/admin/treaties/{kind}/{row.pk}/change/" target="_blank">{row}</a>'
        assert f'<th scope="row">{label}</th><td>{link}</td>' in kept
    assert '<th scope="row">Kind</th><td>Report or assessment</td>' in kept
    assert "_opened" not in kept.partition("<form")[0]


def test_a_key_that_names_nothing_any_more_says_so(anna, gone):
    address, sent = gone
    kept = words(anna.post(address, sent | {"actor": "999999", "parties": ["x", "-1"]}, follow=True))
    assert "party that is no longer on record (999999)" in kept
    assert "party that is no longer on record (x)" in kept
