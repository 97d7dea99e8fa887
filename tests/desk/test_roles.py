"""What each role can do at the desk, by every route: form, tampered field, list action, inline, deletion, review."""

from __future__ import annotations

import html

import pytest

from events.models import Change, Deadline, Event, Proposal
from treaties.models import EditorAssignment, Party, Provision, Source, Treaty
from treatywatch.accounts.roles import ADMINISTRATOR, CONTRIBUTOR, EDITOR

pytestmark = pytest.mark.django_db


@pytest.fixture
def notice(treaty, party, source):
    return {
        "kind": "notice_of_withdrawal",
        "actor": party.pk,
        "date": "2 Feb 2019",
        "title": "Ruritania gives notice",
        "treaties": [treaty.pk],
        "sources": [source.pk],
        "date_basis": "stated",
        "verified": "on",
    }


def words(answer):
    return html.unescape(answer.content.decode())


def confirm(client, address, form, **decision):
    answer = client.post(address, form, follow=True)
    assert "impact" in answer.context, words(answer)
    decided = {"_expected": answer.context["impact"].digest, "_weight": "major", "_note": "So it says."}
    return client.post(address, form | decided | decision, follow=True)


def change_address(row):
    return f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/change/"


ADDRESSES = [
    "events/event",
    "events/statement",
    "events/deadline",
    "events/proposal",
    "events/change",
    "treaties/treaty",
    "treaties/provision",
    "treaties/participation",
    "treaties/party",
    "treaties/official",
    "treaties/source",
    "alerts/alert",
    "alerts/subscriber",
    "auth/user",
]
SEES = {
    CONTRIBUTOR: {one for one in ADDRESSES if one.startswith("treaties/")}
    | {"events/event", "events/statement", "events/deadline", "events/proposal"},
    EDITOR: set(ADDRESSES) - {"auth/user"},
    ADMINISTRATOR: set(ADDRESSES),
}


@pytest.mark.parametrize("role", SEES)
def test_each_role_sees_its_lists_and_no_others(who, role):
    client = who(role)
    seen = {one for one in ADDRESSES if client.get(f"/admin/{one}/").status_code == 200}
    assert seen == SEES[role]


def test_somebody_of_the_staff_without_a_role_can_do_nothing(who, notice):
    client = who("nobody")
    for address in ADDRESSES:
        assert client.get(f"/admin/{address}/").status_code == 403, address
    assert client.post("/admin/events/event/add/", notice).status_code == 403


def test_a_stranger_is_sent_to_the_sign_in(client, notice, enter):
    event = enter()
    for address in ("/admin/events/event/add/", change_address(event)):
        assert client.post(address, notice).url.startswith("/admin/login/")
    assert Event.objects.get().title == "notice_of_withdrawal"


def test_a_contributors_new_entry_is_a_draft_even_if_the_field_is_forged(who, notice):
    client = who(CONTRIBUTOR)
    page = client.get("/admin/events/event/add/")
    assert 'name="publication"' not in words(page)
    client.post("/admin/events/event/add/", notice | {"publication": "published"})
    assert Event.objects.get().publication == "draft"
    assert not Deadline.objects.exists()
    assert not Change.objects.exists()


def test_a_contributor_sends_a_draft_to_review_and_an_editor_publishes_it(who, notice):
    client = who(CONTRIBUTOR)
    answer = client.post(
        "/admin/events/event/add/", notice | {"_propose": "1", "_reason": "From the gazette."}, follow=True
    )
    assert "Sent to review" in words(answer)
    event, proposal = Event.objects.get(), Proposal.objects.get()
    assert (event.publication, proposal.values, proposal.row_id) == ("draft", {"publication": "published"}, event.pk)
    editor = who(EDITOR)
    page = editor.get(change_address(proposal))
    assert "From the gazette." in words(page)
    assert "Ruritania gives notice" in words(page), "all of a new entry is shown"
    assert "2 August 2019, America/New_York" in words(page), "and what it would start"
    sent = {"_publish": "1", "_expected": page.context["impact"].digest, "_note": "", "_weight": "major"}
    answer = editor.post(change_address(proposal), sent, follow=True)
    assert "Published." in words(answer)
    event.refresh_from_db()
    assert event.publication == "published"
    assert Deadline.objects.get().change == Change.objects.get()


def test_a_contributors_change_of_a_published_row_waits_and_leaves_it_alone(who, enter, notice):
    event = enter()
    client = who(CONTRIBUTOR)
    changed = notice | {"date": "3 Feb 2019", "slug": event.slug, "publication": "published", "_expected": "x"}
    answer = client.post(change_address(event), changed | {"_weight": "minor"}, follow=True)
    assert "Sent to review" in words(answer)
    event.refresh_from_db()
    assert (event.date, event.revision, Deadline.objects.get().version) == ("2019-02-02", 1, 1)
    assert Proposal.objects.get().values["date"] == "2019-02-03"


def test_a_contributor_confirming_with_the_right_digest_still_only_proposes(who, enter, notice):
    event = enter()
    form = notice | {"date": "3 Feb 2019", "slug": event.slug}
    editor = who(EDITOR)
    shown = editor.post(change_address(event), form).context["impact"].digest
    sent = form | {"_expected": shown, "_weight": "major", "_note": "Mine."}
    who(CONTRIBUTOR).post(change_address(event), sent)
    event.refresh_from_db()
    assert event.date == "2019-02-02"
    assert not Change.objects.exists()


def test_a_contributor_has_no_way_through_lists_deletion_or_review(who, enter, notice):
    event = enter()
    client = who(CONTRIBUTOR)
    for action in ("delete_selected", "withdraw_selected"):
        client.post("/admin/events/event/", {"action": action, "_selected_action": [event.pk], "_expected": "x"})
    assert client.post(f"/admin/events/event/{event.pk}/delete/", {"post": "yes"}).status_code == 403
    client.post(change_address(event), notice | {"slug": event.slug, "title": "Other"})
    proposal = Proposal.objects.get()
    page = client.get(change_address(proposal))
    assert "Publish now" not in words(page)
    for decision in ("_publish", "_schedule", "_return"):
        sent = {decision: "1", "_expected": page.context["impact"].digest, "_weight": "minor", "comment": "x"}
        sent |= {"day": "2090-01-01", "hour": "12:00", "zone": "UTC"}
        assert "You may not" in words(client.post(change_address(proposal), sent)), decision
    event.refresh_from_db()
    proposal.refresh_from_db()
    assert (event.title, event.publication, proposal.state) == ("notice_of_withdrawal", "published", "waiting")


def test_a_contributor_changes_no_clock_and_no_change(who, enter):
    enter()
    client = who(CONTRIBUTOR)
    deadline = Deadline.objects.get()
    assert client.post(change_address(deadline), {"override_due": "2019-08-09"}).status_code == 403
    assert client.get("/admin/events/change/").status_code == 403


def test_what_hangs_on_a_published_row_waits_too(who, treaty, party, source):
    client = who(CONTRIBUTOR)
    entered = {
        "treaty": treaty.pk,
        "party": party.pk,
        "acts-TOTAL_FORMS": 1,
        "acts-INITIAL_FORMS": 0,
        "acts-0-kind": "signature",
        "acts-0-date": "1987-12-08",
        "acts-0-basis": "stated",
        "acts-0-publication": "published",
    }
    client.post("/admin/treaties/participation/add/", entered)
    assert not treaty.participations.exists()
    proposal = Proposal.objects.get()
    assert proposal.row_id is None
    editor = who(EDITOR)
    shown = editor.get(change_address(proposal)).context["impact"].digest
    editor.post(change_address(proposal), {"_publish": "1", "_expected": shown})
    assert [str(act) for act in treaty.participations.get().acts.all()] == ["Signature, 1987-12-08"]


def test_a_contributors_clause_is_a_draft_and_their_party_a_proposal(who, treaty):
    client = who(CONTRIBUTOR)
    rule = '{"schema": 1, "kind": "offset", "amount": 12, "unit": "months", "citation": "Pact", "zone": "UTC"}'
    clause = {"treaty": treaty.pk, "article": "IX", "kind": "review", "effect_title": "Review", "rule": rule}
    empty = {"disputed_readings-TOTAL_FORMS": 0, "disputed_readings-INITIAL_FORMS": 0}
    client.post("/admin/treaties/provision/add/", clause | empty | {"publication": "published"})
    assert Provision.with_drafts.get(article="IX").publication == "draft"
    client.post("/admin/treaties/party/add/", {"name": "Graustark", "slug": "graustark", "kind": "state"})
    assert not Party.objects.filter(name="Graustark").exists()
    assert Proposal.objects.get().row_label == "Graustark"


def test_a_contributor_enters_the_source_of_a_draft_at_once_but_may_not_change_one_in_use(who, enter, source):
    client = who(CONTRIBUTOR)
    copies = {"archived_copies-TOTAL_FORMS": 0, "archived_copies-INITIAL_FORMS": 0}
    new = {"slug": "herald", "publisher": "Herald", "title": "News", "language": "en"}
    client.post("/admin/treaties/source/add/", new | copies)
    assert Source.objects.filter(slug="herald").exists()
    enter()
    forged = {"slug": "gazette", "publisher": "Forged", "title": "x", "language": "en"}
    client.post(change_address(source), forged | copies)
    source.refresh_from_db()
    assert source.publisher == "Gazette"
    assert Proposal.objects.get().row_kind == "source"


def test_an_editor_limited_to_a_treaty_proposes_elsewhere(who, enter, notice, treaty):
    event = enter()
    editor = who(EDITOR)
    other = Treaty.objects.create(slug="other", short_name="Other", laterality="bilateral", publication="published")
    EditorAssignment.objects.create(editor=editor.user, treaty=other)
    form = notice | {"slug": event.slug, "title": "Changed", "publication": "published"}
    assert "Sent to review" in words(editor.post(change_address(event), form, follow=True))
    editor.post(f"/admin/events/event/{event.pk}/delete/", {})
    event.refresh_from_db()
    assert event.title == "notice_of_withdrawal"
    EditorAssignment.objects.create(editor=editor.user, treaty=treaty)
    confirm(editor, change_address(event), form)
    event.refresh_from_db()
    assert event.title == "Changed"


def test_an_editor_may_ask_for_a_second_pair_of_eyes(who, enter, notice):
    event = enter()
    form = notice | {"slug": event.slug, "title": "Changed", "publication": "published", "_propose": "1"}
    who(EDITOR).post(change_address(event), form)
    event.refresh_from_db()
    assert event.title == "notice_of_withdrawal"
    second = who(EDITOR, "second")
    page = second.get(change_address(Proposal.objects.get()))
    sent = {"_publish": "1", "_expected": page.context["impact"].digest, "_weight": "minor"}
    second.post(change_address(Proposal.objects.get()), sent)
    event.refresh_from_db()
    assert event.title == "Changed"


def test_an_administrator_does_all_that_an_editor_does(who, enter, notice):
    event = enter()
    form = notice | {"slug": event.slug, "title": "Changed", "publication": "published"}
    confirm(who(ADMINISTRATOR), change_address(event), form)
    assert Change.objects.get().made_by.username == "administrator"
