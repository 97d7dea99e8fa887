"""Every version is kept with who, when and why, compared with any other, and restored as a new change."""

from __future__ import annotations

import html
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Group, User

from events.editorial.edits import Decision, Edit, commit, rehearse
from events.editorial.kinds import KINDS
from events.models import Change, Deadline, Event, Proposal
from treaties.models import Source

pytestmark = pytest.mark.django_db

FIRST, SECOND = datetime(2026, 3, 1, 12, tzinfo=UTC), datetime(2026, 3, 9, 12, tzinfo=UTC)


@pytest.fixture
def editor(client):
    user = User.objects.create_user("anna", is_staff=True)
    user.groups.set(Group.objects.filter(name="Editor"))
    client.force_login(user)
    return user


@pytest.fixture
def corrected(enter, editor, written_at):
    """Return an entry whose date and source were corrected eight days after it was entered."""
    event = enter()
    written_at(FIRST)
    better = Source.objects.create(slug="better", publisher="Better", title="Notice")
    decision = Decision("major", "The gazette gives the third.")
    edit = Edit(KINDS["event"], {event.pk: {"date": "2019-02-03", "sources": [better.pk]}})
    shown = rehearse(edit, user=editor, at=SECOND, decision=decision)
    commit(edit, user=editor, at=SECOND, decision=decision, expected=shown.digest)
    written_at(SECOND)
    return event


def words(answer):
    return html.unescape(answer.content.decode())


def history(row):
    return f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/history/"


def test_each_version_says_who_when_and_why(client, corrected):
    page = client.get(history(corrected))
    latest, first = [version for version, _ in page.context["versions"]]
    assert (latest.who, latest.note, latest.at) == ("anna", "The gazette gives the third.", SECOND)
    assert (first.who, first.at) == ("", FIRST)
    assert "the program" in words(page)


def test_two_versions_are_compared_field_by_field_lists_too(client, corrected):
    asked = {"from": FIRST.isoformat(), "to": SECOND.isoformat()}
    for turned in (asked, {"from": asked["to"], "to": asked["from"]}):
        compared = client.get(history(corrected), turned).context["compared"]
        assert [(one.name, one.before, one.after) for one, _ in compared] == [
            ("date", "2019-02-02", "2019-02-03"),
            ("sources", "Gazette: Notice received", "Better: Notice"),
        ]


def test_a_version_is_restored_through_the_same_page_as_any_change(client, corrected, source):
    page = client.post(history(corrected), {"version": FIRST.isoformat()})
    (move,) = page.context["impact"].moves
    assert move.after.words.startswith("2 August 2019")
    corrected.refresh_from_db()
    assert corrected.date == "2019-02-03", "not before it is confirmed"
    sent = {"version": FIRST.isoformat(), "_expected": page.context["impact"].digest}
    client.post(history(corrected), sent | {"_weight": "major", "_note": "The first was right."})
    corrected.refresh_from_db()
    assert (corrected.date, corrected.revision) == ("2019-02-02", 3), "the public revision goes on"
    assert list(corrected.sources.all()) == [source]
    assert Deadline.objects.get().due.isoformat() == "2019-08-02"
    assert next(one.public_note for one in Change.objects.all()) == "The first was right."


def test_a_contributor_can_only_propose_to_restore(client, corrected):
    user = User.objects.create_user("bert", is_staff=True)
    user.groups.set(Group.objects.filter(name="Contributor"))
    client.force_login(user)
    client.post(history(corrected), {"version": FIRST.isoformat(), "_expected": "x", "_weight": "minor"})
    assert Event.objects.get().date == "2019-02-03"
    assert Proposal.objects.get().values["date"] == "2019-02-02"


@pytest.mark.parametrize("wrong", ["", "yesterday", "2026-03-01", "1990-01-01T00:00:00+00:00"])
def test_what_never_was_cannot_be_restored(client, corrected, wrong):
    assert client.post(history(corrected), {"version": wrong}).status_code == 404


def test_a_stranger_reads_no_history(client, corrected):
    client.logout()
    assert client.get(history(corrected)).status_code == 302
    client.force_login(User.objects.create_user("nobody", is_staff=True))
    assert client.get(history(corrected)).status_code == 403


def test_a_change_by_any_other_way_is_a_version_too(client, corrected, written_at):
    Event.objects.filter(pk=corrected.pk).update(place="Strelsau")
    third = datetime(2026, 3, 10, 12, tzinfo=UTC)
    written_at(third)
    compared = client.get(history(corrected), {"from": SECOND.isoformat(), "to": third.isoformat()}).context["compared"]
    assert [(one.name, one.after) for one, _ in compared] == [("place", "Strelsau")]
