"""What waits for review leaves the live row as it is, until somebody who may publishes exactly what they were shown."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User

from events.editorial import proposals
from events.editorial.edits import Decision, EditError, MovedMeanwhileError, NotAllowedError, rehearse
from events.editorial.kinds import KINDS
from events.editorial.values import values_of
from events.models import Change, Deadline, Event, Proposal
from tests.desk.conftest import NOW
from treaties.models import EditorAssignment, Party

pytestmark = pytest.mark.django_db

EVENT = KINDS["event"]
WHY = Decision("major", "The gazette gives the third.")


@pytest.fixture
def proposed(enter, contributor):
    event = enter()
    values = values_of(EVENT, event) | {"date": "2019-02-03", "title": "Notice received"}
    return proposals.propose(EVENT, event, values, user=contributor, at=NOW, decision=Decision(reason="Look."))


def publish(proposal, user, decision=WHY, at=NOW):
    shown = rehearse(proposals.edit_of(proposal), user=user, at=at, decision=decision)
    return proposals.publish(proposal, user=user, decision=decision, expected=shown.digest, at=at)


def set_live(event, **values):
    Event.objects.filter(pk=event.pk).update(**values)


def test_a_proposal_leaves_the_live_row_and_its_clock_as_they_are(proposed):
    event = Event.objects.get()
    assert (event.date, event.revision, Deadline.objects.get().version) == ("2019-02-02", 1, 1)
    assert proposed.values == {"date": "2019-02-03", "title": "Notice received"}
    assert (proposed.state, proposed.reason) == ("waiting", "Look.")
    assert not Change.objects.exists()


def test_proposing_again_replaces_ones_own_and_proposing_nothing_is_refused(proposed, contributor):
    event = Event.objects.get()
    values = values_of(EVENT, event)
    proposals.propose(EVENT, event, values | {"title": "Other"}, user=contributor, at=NOW, decision=Decision())
    assert Proposal.objects.get().values == {"title": "Other"}
    with pytest.raises(EditError, match="stands already"):
        proposals.propose(EVENT, event, values, user=contributor, at=NOW, decision=Decision())


def test_publishing_makes_the_edit_and_records_it(proposed, editor):
    (change,) = publish(proposed, editor)
    event = Event.objects.get()
    assert (event.date, event.title, Deadline.objects.get().version) == ("2019-02-03", "Notice received", 2)
    proposed.refresh_from_db()
    assert (proposed.state, proposed.change, proposed.reviewed_by) == ("published", change, editor)


def test_it_is_published_once(proposed, editor):
    other = Proposal.objects.get()
    publish(proposed, editor)
    with pytest.raises(proposals.AlreadyDecidedError):
        proposals.publish(other, user=editor, decision=WHY, expected="", at=NOW)
    assert Change.objects.count() == 1


def test_a_contributor_can_publish_return_and_schedule_nothing(proposed, contributor):
    with pytest.raises(NotAllowedError):
        publish(proposed, contributor)
    with pytest.raises(NotAllowedError):
        proposals.return_to_author(proposed, user=contributor, comment="No.", at=NOW)
    later = NOW + timedelta(days=1)
    with pytest.raises(NotAllowedError):
        proposals.schedule(proposed, user=contributor, decision=WHY, expected="", publish_at=later, zone="UTC", at=NOW)
    assert Event.objects.get().date == "2019-02-02"


def test_an_editor_sees_what_waits_for_their_treaties_only(proposed, editor, treaty):
    assert list(proposals.waiting_for(editor)) == [proposed]
    other = type(treaty).objects.create(slug="other", short_name="Other", laterality="bilateral")
    EditorAssignment.objects.create(editor=editor, treaty=other)
    assert not proposals.waiting_for(editor)
    EditorAssignment.objects.create(editor=editor, treaty=treaty)
    assert list(proposals.waiting_for(editor)) == [proposed]
    assert not proposals.waiting_for(User.objects.create_user("stranger"))


def test_a_live_row_that_moved_is_shown_three_ways_and_only_what_is_proposed_changes(proposed, editor):
    event = Event.objects.get()
    shown = rehearse(proposals.edit_of(proposed), user=editor, at=NOW).digest
    set_live(event, title="Notice as registered", place="Strelsau")
    fields = {one.name: one for one in proposals.fields_of(proposed)}
    title = fields["title"]
    assert (title.base, title.live, title.proposed) == (
        "notice_of_withdrawal",
        "Notice as registered",
        "Notice received",
    )
    assert title.live_moved
    assert not fields["date"].live_moved
    with pytest.raises(MovedMeanwhileError):
        proposals.publish(proposed, user=editor, decision=WHY, expected=shown, at=NOW)
    proposed.refresh_from_db()
    assert proposed.state == "waiting", "nothing was decided"
    publish(proposed, editor)
    event.refresh_from_db()
    assert (event.title, event.place) == ("Notice received", "Strelsau")


def test_a_returned_one_says_why_and_can_be_proposed_again(proposed, editor, contributor):
    with pytest.raises(EditError, match="Say what should be changed"):
        proposals.return_to_author(proposed, user=editor, comment=" ", at=NOW)
    proposals.return_to_author(proposed, user=editor, comment="Which gazette?", at=NOW)
    assert (proposed.state, proposed.comment) == ("returned", "Which gazette?")
    event = Event.objects.get()
    values = values_of(EVENT, event) | {"date": "2019-02-03"}
    again = proposals.propose(EVENT, event, values, user=contributor, at=NOW, decision=Decision())
    assert (again.pk, again.state, again.comment) == (proposed.pk, "waiting", "")


def test_an_author_takes_back_their_own_and_nobody_elses(proposed, contributor):
    with pytest.raises(NotAllowedError):
        proposals.drop(proposed, user=User.objects.create_user("other", is_staff=True), at=NOW)
    proposals.drop(proposed, user=contributor, at=NOW)
    assert proposed.state == "dropped"


@pytest.fixture
def scheduled(proposed, editor):
    shown = rehearse(proposals.edit_of(proposed), user=editor, at=NOW, decision=WHY)
    proposals.schedule(
        proposed,
        user=editor,
        decision=WHY,
        expected=shown.digest,
        publish_at=NOW + timedelta(hours=2),
        zone="Europe/Vienna",
        at=NOW,
    )
    return proposed


def test_a_scheduled_one_is_published_when_its_time_comes_and_once(scheduled, editor):
    assert proposals.publish_due(at=NOW + timedelta(hours=1)) == 0
    assert Event.objects.get().date == "2019-02-02"
    assert proposals.publish_due(at=NOW + timedelta(hours=3)) == 1
    assert proposals.publish_due(at=NOW + timedelta(hours=3)) == 0
    assert Event.objects.get().date == "2019-02-03"
    change = Change.objects.get()
    assert (change.made_by, change.public_note) == (editor, WHY.public_note)


def test_a_scheduled_one_that_would_do_something_else_now_waits_again(scheduled):
    Event.objects.update(title="Notice as registered")
    assert proposals.publish_due(at=NOW + timedelta(hours=3)) == 0
    scheduled.refresh_from_db()
    assert scheduled.state == "waiting"
    assert "The record has moved" in scheduled.comment
    assert Event.objects.get().date == "2019-02-02"


def test_a_scheduled_one_whose_reviewer_lost_the_right_is_not_published(scheduled, editor):
    editor.user_permissions.remove(Permission.objects.get(codename="publish_record"))
    assert proposals.publish_due(at=NOW + timedelta(hours=3)) == 0
    assert Event.objects.get().date == "2019-02-02"


def test_nothing_is_scheduled_for_the_past(proposed, editor):
    with pytest.raises(EditError, match="passed already"):
        proposals.schedule(proposed, user=editor, decision=WHY, expected="", publish_at=NOW, zone="UTC", at=NOW)


def test_a_new_row_can_be_proposed(contributor, editor, treaty, party):
    values = {"treaty": treaty.pk, "party": party.pk, "note": "", "acts": []}
    proposal = proposals.propose(
        KINDS["participation"], None, values, user=contributor, at=NOW, decision=Decision(), label="Ruritania in Pact"
    )
    assert list(proposal.treaties.all()) == [treaty]
    assert not treaty.participations.exists()
    publish(proposal, editor)
    assert treaty.participations.get().party == Party.objects.get()
