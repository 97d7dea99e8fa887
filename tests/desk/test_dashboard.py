"""The desk's first page names what waits for whoever has signed in, and for nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.utils import timezone

from events.editorial import proposals
from events.editorial.edits import Decision, rehearse
from events.editorial.kinds import KINDS
from events.editorial.values import values_of
from events.models import Change
from treatywatch.dashboard import sections

pytestmark = pytest.mark.django_db


def account(name, role):
    user = User.objects.create_user(name, is_staff=True)
    user.groups.set(Group.objects.filter(name=role))
    return user


@pytest.fixture
def put_up(enter):
    def _put_up(author):
        event = enter()
        values = values_of(KINDS["event"], event) | {"title": "Notice received"}
        return proposals.propose(KINDS["event"], event, values, user=author, at=timezone.now(), decision=Decision())

    return _put_up


def titles(user):
    return [(one.title, [row.label for row in one.rows]) for one in sections(user)]


def test_a_proposal_waits_for_editors_then_returns_to_its_author(put_up, client):
    author, editor = account("author", "Contributor"), account("editor", "Editor")
    proposal = put_up(author)
    label = proposal.row_label
    assert titles(editor) == [("Waits for your review", [label])]
    assert titles(author) == []
    client.force_login(editor)
    page = client.get("/admin/").content.decode()
    assert f"/admin/events/proposal/{proposal.pk}/change/" in page
    proposals.return_to_author(proposal, user=editor, comment="Which gazette?", at=timezone.now())
    assert titles(editor) == []
    assert titles(author) == [("Returned to you", [label])]


def test_what_is_scheduled_and_held_is_named_to_editors(put_up):
    author, editor = account("author", "Contributor"), account("editor", "Editor")
    proposal, at = put_up(author), timezone.now()
    decision = Decision("minor")
    shown = rehearse(proposals.edit_of(proposal), user=editor, at=at, decision=decision)
    proposals.schedule(
        proposal,
        user=editor,
        decision=decision,
        expected=shown.digest,
        publish_at=at + timedelta(days=1),
        zone="UTC",
        at=at,
    )
    Change.objects.create(at=at, kind="published", weight="major", row_kind="event", row_label="Held", mail_held=True)
    assert titles(editor) == [("Scheduled", [proposal.row_label]), ("Mail that is held", ["Held"])]
    assert titles(author) == []


def test_the_first_page_begins_with_what_one_may_enter(client):
    client.force_login(account("author", "Contributor"))
    page = client.get("/admin/").content.decode()
    begun = page[page.index("desk-begin") : page.index("</ul>", page.index("desk-begin"))]
    assert [address in begun for address in ("statement/add/", "event/add/", "intake/add/", "bulkimport/add/")] == [
        True
    ] * 4
    client.force_login(User.objects.create_user("guest", is_staff=True))
    page = client.get("/admin/").content.decode()
    assert "statement/add/" not in page
