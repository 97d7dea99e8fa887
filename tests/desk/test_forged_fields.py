"""Fields that no form shows are posted all the same: they change nothing, whoever posts them."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission, User
from django.utils import timezone

from events.editorial import proposals
from events.editorial.edits import Decision
from events.editorial.kinds import KINDS
from events.editorial.values import values_of
from events.models import Change, Deadline, Event, Proposal
from treaties.models import EditorAssignment, Treaty
from treatywatch.accounts.roles import ADMINISTRATOR, CONTRIBUTOR, EDITOR

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(treaty, party, source):
    return {
        "kind": "report",
        "actor": party.pk,
        "date": "2 Feb 2019",
        "title": "A report",
        "treaties": [treaty.pk],
        "sources": [source.pk],
        "date_basis": "stated",
    }


FORGED = {
    "publication": "published", "revision": "99", "published_at": "2001-01-01", "changed_at": "2001-01-01",
    "earliest": "2001-01-01", "latest": "2001-01-01", "id": "1", "pk": "1", "state": "published", "made_by": "1",
    "reviewed_by": "1", "_publish": "1", "_expected": "x", "_weight": "minor", "_confirm": "1",
}  # fmt: skip


def address(row, act="change"):
    return f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/{act}/"


def test_a_contributors_new_entry_takes_none_of_it(who, report):
    who(CONTRIBUTOR).post("/admin/events/event/add/", report | FORGED)
    event = Event.objects.get()
    assert (event.publication, event.revision, event.published_at) == ("draft", 1, None)
    assert str(event.earliest) == "2019-02-02"
    assert event.changed_at.year > 2001
    assert not Change.objects.exists()


def test_a_contributors_change_of_anothers_draft_leaves_it_a_draft_that_tells_both(who, enter, report):
    event = enter(kind="report", publication="draft")
    who(CONTRIBUTOR, "bert").post(address(event), report | FORGED | {"slug": event.slug})
    event.refresh_from_db()
    assert (event.title, event.publication) == ("A report", "draft")
    assert "bert" in who(EDITOR).get(address(event, "history")).content.decode()


def _proposal(user, event):
    values = values_of(KINDS["event"], event) | {"title": "Mine"}
    return proposals.propose(KINDS["event"], event, values, user=user, at=timezone.now(), decision=Decision())


@pytest.mark.parametrize("button", ["_publish", "_schedule", "_return"])
def test_nobody_without_the_right_decides_on_their_own_proposal(who, enter, button):
    event, anna = enter(), who(CONTRIBUTOR)
    proposal = _proposal(anna.user, event)
    shown = anna.get(address(proposal)).context["impact"].digest
    sent = {"_expected": shown, "_weight": "minor", "comment": "x", "day": "2090-01-01", "hour": "12:00", "zone": "UTC"}
    anna.post(address(proposal), sent | FORGED | {"_expected": shown, button: "1"})
    proposal.refresh_from_db()
    event.refresh_from_db()
    assert (proposal.state, proposal.reviewed_by, event.title) == ("waiting", None, "notice_of_withdrawal")


def test_anothers_proposal_is_neither_seen_nor_dropped(who, enter):
    proposal = _proposal(User.objects.create_user("bert"), enter())
    anna = who(CONTRIBUTOR)
    assert "Mine" not in anna.get(address(proposal), follow=True).content.decode()
    anna.post(address(proposal), {"_drop": "1"})
    proposal.refresh_from_db()
    assert proposal.state == "waiting"


def test_a_proposal_keeps_its_author_and_its_row_whatever_is_posted(who, enter):
    event, editor = enter(), who(EDITOR)
    proposal = _proposal(User.objects.create_user("bert"), event)
    forged = {"made_by": editor.user.pk, "row_id": "1", "row_kind": "treaty", "values": '{"title": "Forged"}'}
    editor.post(address(proposal), forged | {"state": "published"})
    proposal.refresh_from_db()
    assert (proposal.made_by.username, proposal.row_id, proposal.values["title"]) == ("bert", event.pk, "Mine")
    assert proposal.state == "waiting"


def test_an_editor_limited_to_one_treaty_cannot_publish_by_moving_the_entry_there(who, enter, report, treaty):
    mine = Treaty.objects.create(slug="mine", short_name="Mine", laterality="bilateral", publication="published")
    event, editor = enter(kind="report"), who(EDITOR)
    EditorAssignment.objects.create(editor=editor.user, treaty=mine)
    moved = report | FORGED | {"slug": event.slug, "treaties": [mine.pk]}
    shown = editor.post(address(event), moved, follow=True)
    assert "Sent to review" in shown.content.decode()
    assert list(event.treaties.all()) == [treaty]


def test_an_editor_changes_nothing_of_a_clock_but_what_its_form_asks(who, enter):
    enter()
    deadline, editor = Deadline.objects.get(), who(EDITOR)
    before = Deadline.objects.values().get()
    editor.post(address(deadline), {"due_earliest": "2001-01-01", "state": "passed", "title": "Forged", "version": "9"})
    assert Deadline.objects.values().get() == before


def test_the_trace_of_a_change_is_nobodys_to_rewrite(who, enter):
    event = enter()
    change = Change.objects.create(at=timezone.now(), kind="corrected", weight="minor", row_label=str(event))
    before = Change.objects.values().get()
    for role in (EDITOR, ADMINISTRATOR):
        client = who(role)
        for act in ("change", "delete"):
            assert client.post(address(change, act), {"public_note": "Forged", "post": "yes"}).status_code == 403
    assert Change.objects.values().get() == before


ACCOUNT = {"username": "admin2", "is_active": "on", "is_staff": "on", "is_superuser": "on"}
COUNTS = {"assignments-TOTAL_FORMS": 0, "assignments-INITIAL_FORMS": 0}
JOINED = {"date_joined_0": "2019-01-01", "date_joined_1": "12:00:00"}


def test_an_administrator_makes_nobody_a_superuser(who):
    chief = who(ADMINISTRATOR)
    every = list(Permission.objects.values_list("pk", flat=True))
    chief.post(address(chief.user), ACCOUNT | COUNTS | JOINED | {"user_permissions": every})
    chief.user.refresh_from_db()
    assert chief.user.username == "admin2", "the form itself was taken"
    assert not chief.user.is_superuser
    assert not chief.user.user_permissions.exists()


def test_an_administrator_touches_no_superuser(who):
    root = User.objects.create_superuser("root", password="a long phrase for root")
    chief = who(ADMINISTRATOR)
    new = {"password1": "taken over by the chief", "password2": "taken over by the chief", "usable_password": "true"}
    for act, sent in (("change", ACCOUNT | COUNTS), ("password", new), ("delete", {"post": "yes"})):
        chief.post(address(root, act), sent)
    chief.post("/admin/auth/user/", {"action": "delete_selected", "_selected_action": [root.pk], "post": "yes"})
    root.refresh_from_db()
    assert (root.username, root.is_superuser) == ("root", True)
    assert root.check_password("a long phrase for root")


def test_a_superuser_still_can(client):
    root = User.objects.create_superuser("root")
    other = User.objects.create_user("other")
    client.force_login(root)
    client.post(address(other), ACCOUNT | COUNTS | JOINED)
    other.refresh_from_db()
    assert other.is_superuser


def test_no_proposal_is_made_by_a_forged_field(who, report):
    who(CONTRIBUTOR).post("/admin/events/event/add/", report | {"proposal": "1", "change": "1"})
    assert not Proposal.objects.exists()
