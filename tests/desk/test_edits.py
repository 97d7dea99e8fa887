"""An edit is shown before it is made, is made exactly as shown, and whoever may not publish can only propose it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from alerts.models import Alert
from alerts.services.planning import plan
from events import services
from events.editorial.edits import Decision, Edit, EditError, MovedMeanwhileError, NotAllowedError, commit, rehearse
from events.editorial.kinds import KINDS
from events.editorial.values import values_of
from events.models import Change, Deadline, Event, Statement
from tests.alerts.sweeping import take_for_sent
from tests.desk.conftest import NOW
from treaties.models import EditorAssignment, Party, Treaty

pytestmark = pytest.mark.django_db

WHY = Decision("major", "The gazette gives the third.")


def on_the_third(event):
    return Edit(KINDS["event"], {event.pk: {"date": "2019-02-03"}})


def make(edit, user, decision=WHY, at=NOW):
    impact = rehearse(edit, user=user, at=at, decision=decision)
    return commit(edit, user=user, at=at, decision=decision, expected=impact.digest)


def test_a_rehearsal_shows_what_moves_and_leaves_nothing(enter, editor):
    event = enter()
    impact = rehearse(on_the_third(event), user=editor, at=NOW)
    (move,) = impact.moves
    assert (move.before.words, move.after.words) == (
        "2 August 2019, America/New_York: Running",
        "3 August 2019, America/New_York: Running",
    )
    assert any("3 February 2019 + 6 months" in step for step in move.after.steps)
    assert [(one.name, one.before, one.after) for one in impact.rows[0].differences] == [
        ("date", "2019-02-02", "2019-02-03")
    ]
    assert impact.pages == [
        "/events/notice_of_withdrawal-2019-02-02/",
        "/treaties/pact/",
        "/parties/ruritania/",
        "/deadlines/pact-withdrawal-ruritania-2019-02-02/",
        "/deadlines/",
    ]
    event.refresh_from_db()
    assert (event.date, event.revision, Deadline.objects.get().version) == ("2019-02-02", 1, 1)
    assert not Change.objects.exists()


def test_what_was_shown_is_what_is_done(enter, editor, treaty):
    event = enter()
    (change,) = make(on_the_third(event), editor)
    deadline = Deadline.objects.get()
    assert (deadline.due, deadline.version, deadline.change) == (date(2019, 8, 3), 2, change)
    assert (change.kind, change.weight, change.public_note) == ("corrected", "major", WHY.public_note)
    assert (change.made_by, change.at, list(change.treaties.all())) == (editor, NOW, [treaty])
    assert change.row_address == "/events/notice_of_withdrawal-2019-02-02/"
    assert change.moves == [
        {
            "slug": deadline.slug,
            "title": "Ruritania withdrawal takes effect",
            "before": "2 August 2019, America/New_York: Running",
            "after": "3 August 2019, America/New_York: Running",
        }
    ]


def test_what_moved_meanwhile_is_shown_again_and_nothing_is_written(enter, editor):
    event = enter()
    shown = rehearse(on_the_third(event), user=editor, at=NOW).digest
    make(Edit(KINDS["event"], {event.pk: {"title": "Notice received"}}), editor)
    with pytest.raises(MovedMeanwhileError) as refused:
        commit(on_the_third(event), user=editor, at=NOW, decision=WHY, expected=shown)
    assert refused.value.impact.digest != shown
    event.refresh_from_db()
    assert (event.title, event.date) == ("Notice received", "2019-02-02")


def test_a_clock_that_moved_meanwhile_counts_as_moved(enter, editor, treaty):
    event = enter()
    shown = rehearse(on_the_third(event), user=editor, at=NOW).digest
    services.override_deadline(Deadline.objects.get(), due=date(2019, 9, 1), reason="Agreed.", at=NOW)
    with pytest.raises(MovedMeanwhileError):
        commit(on_the_third(event), user=editor, at=NOW, decision=WHY, expected=shown)


def test_a_major_correction_says_why_and_a_minor_one_need_not(enter, editor):
    event = enter()
    with pytest.raises(EditError, match="public note"):
        make(on_the_third(event), editor, Decision("major", " "))
    with pytest.raises(EditError, match="minor or a major"):
        make(on_the_third(event), editor, Decision(""))
    (change,) = make(on_the_third(event), editor, Decision("minor"))
    assert change.weight == "minor"


def test_a_first_publication_needs_no_note(enter, editor):
    event = enter(publication="draft")
    (change,) = make(Edit(KINDS["event"], {event.pk: {"publication": "published"}}), editor, Decision())
    assert (change.kind, change.differences) == ("published", [])
    assert Deadline.objects.get().change == change


def test_a_draft_is_changed_without_a_word_to_anybody(enter, editor):
    event = enter(publication="draft")
    assert make(Edit(KINDS["event"], {event.pk: {"title": "Better"}}), editor, Decision()) == []
    assert not Change.objects.exists()


def test_withdrawing_and_deleting_are_shown_and_recorded_likewise(enter, editor):
    first, second = enter(), enter(day="2019-02-03")
    edit = Edit(KINDS["event"], {first.pk: {"publication": "withdrawn"}})
    (move,) = rehearse(edit, user=editor, at=NOW).moves
    assert move.after.words.endswith("No longer on record")
    make(edit, editor)
    make(Edit(KINDS["event"], {second.pk: None}), editor)
    assert [one.kind for one in Change.objects.all()] == ["withdrawn", "withdrawn"]
    assert set(Deadline.objects.values_list("state", flat=True)) == {"withdrawn"}
    assert Event.objects.get() == first


def test_nothing_is_published_without_a_source(enter, editor):
    event = enter()
    with pytest.raises(EditError, match="Nothing is published without a source"):
        rehearse(Edit(KINDS["event"], {event.pk: {"sources": []}}), user=editor, at=NOW)


def test_who_may_not_publish_commits_nothing_that_readers_see(enter, contributor):
    event = enter()
    with pytest.raises(NotAllowedError):
        make(on_the_third(event), contributor)
    event.refresh_from_db()
    assert event.date == "2019-02-02"


def test_an_editor_of_one_treaty_publishes_there_only(enter, editor, treaty):
    event = enter()
    other = Treaty.objects.create(slug="other", short_name="Other", laterality="bilateral", publication="published")
    EditorAssignment.objects.create(editor=editor, treaty=other)
    with pytest.raises(NotAllowedError):
        make(on_the_third(event), editor)
    with pytest.raises(NotAllowedError):
        make(Edit(KINDS["event"], {event.pk: {"treaties": [other.pk]}}), editor), "it would leave the other's record"
    with pytest.raises(NotAllowedError):
        make(Edit(KINDS["event"], {event.pk: {"treaties": [treaty.pk, other.pk]}}), editor)
    with pytest.raises(NotAllowedError):
        make(Edit(KINDS["party"], {Party.objects.get().pk: {"name": "Elsewhere"}}), editor)
    EditorAssignment.objects.create(editor=editor, treaty=treaty)
    assert make(on_the_third(event), editor)


def test_the_forecast_is_what_the_outbox_then_plans(enter, editor, follow, settings):
    follow("anna@example.org")
    follow("bert@example.org")
    event = enter()
    plan(at=NOW)
    take_for_sent(NOW + timedelta(minutes=20))
    later = NOW + timedelta(hours=1)
    impact = rehearse(on_the_third(event), user=editor, at=later, decision=WHY)
    (mail,) = impact.mail
    assert (impact.people, mail.people) == (2, 2)
    assert "was 2 August 2019, now 3 August 2019" in mail.title
    assert "unsubscribe/" not in mail.text, "nobody's own link"
    assert Alert.objects.count() == 2, "nothing of it stays"
    make(on_the_third(event), editor, at=later)
    plan(at=later)
    assert Alert.objects.filter(kind="moved").count() == 2


def test_who_would_get_several_mails_is_one_person(enter, editor, follow):
    follow("anna@example.org")
    first, second = enter(day="2019-01-02", publication="draft"), enter(publication="draft")
    edit = Edit(KINDS["event"], {one.pk: {"publication": "published"} for one in (first, second)})
    impact = rehearse(edit, user=editor, at=NOW, decision=WHY)
    assert ([one.people for one in impact.mail], impact.people) == ([1, 1], 1)


@pytest.mark.parametrize("published", ["statement", "treaty"])
def test_a_new_statement_is_forecast_to_those_who_want_statements(editor, follow, treaty, party, source, published):
    follow("anna@example.org", treaty=treaty, kinds=["statement"])
    follow("bert@example.org", treaty=treaty)
    values = {"kind": "denial", "stance": "denies", "actor": party, "body": "Foreign Ministry"}
    said = Statement(slug="said", date="2019-02-02", title="No breach", publication="published", **values)
    services.save_event(said, at=NOW)
    said.treaties.set([treaty])
    said.sources.set([source])
    row = {"statement": said, "treaty": treaty}[published]
    type(row).objects.update(publication="draft")
    edit = Edit(KINDS[published], {row.pk: {"publication": "published"}})
    impact = rehearse(edit, user=editor, at=NOW, decision=WHY)
    (mail,) = impact.mail
    assert (mail.title, impact.people) == ("Pact: new statement: No breach", 1)
    make(edit, editor)
    plan(at=NOW)
    assert Alert.objects.get().subscriber.email == "anna@example.org"


def test_an_act_is_a_row_of_its_participation(editor, treaty, party):
    kind = KINDS["participation"]
    act = {"id": None, "kind": "signature", "date": "1987-12-08", "note": "", "source": None, "verified": True}
    make(Edit(kind, added=({"treaty": treaty.pk, "party": party.pk, "note": "", "acts": [act]},)), editor)
    part = treaty.participations.get()
    values = values_of(kind, part)
    assert [one["date"] for one in values["acts"]] == ["1987-12-08"]
    values["acts"][0]["date"] = "1987-12-09"
    (change,) = make(Edit(kind, {part.pk: values}), editor)
    (difference,) = change.differences
    assert difference["before"].startswith("kind: Signature; date: 1987-12-08")
    assert difference["after"].startswith("kind: Signature; date: 1987-12-09")
    make(Edit(kind, {part.pk: values | {"acts": []}}), editor)
    assert not part.acts.exists()


def test_publishing_a_treaty_shows_the_clocks_that_come_with_it(enter, editor, treaty, follow):
    Treaty.objects.update(publication="draft")
    enter()
    follow()
    edit = Edit(KINDS["treaty"], {treaty.pk: {"publication": "published"}})
    impact = rehearse(edit, user=editor, at=NOW)
    (move,) = impact.moves
    assert (move.before, move.after.title) == (None, "Ruritania withdrawal takes effect")
    assert impact.people == 1
    gone = Edit(KINDS["treaty"], {treaty.pk: {"publication": "withdrawn"}})
    make(edit, editor)
    (move,) = rehearse(gone, user=editor, at=NOW).moves
    assert move.after is None
