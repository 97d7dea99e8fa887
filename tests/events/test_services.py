"""A trigger and its clock change together: saved, corrected, revoked, deleted, entered again."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from events import services
from events.models import Deadline, Event
from events.signals import deadlines_changed
from events.step_words import told_steps
from treaties.models import Participation, ParticipationAct, Party, Provision

pytestmark = pytest.mark.django_db

FEBRUARY_2019 = datetime(2019, 2, 5, 12, tzinfo=UTC)
AUGUST_2019 = datetime(2019, 8, 10, 12, tzinfo=UTC)


def test_a_notice_starts_the_clock_of_its_clause(enter):
    enter()
    deadline = Deadline.objects.get()
    assert (deadline.due_earliest, deadline.due_latest) == (date(2019, 8, 2), date(2019, 8, 2))
    assert (deadline.state, deadline.version, deadline.zone) == ("running", 1, "America/New_York")
    assert deadline.title == "Ruritania withdrawal takes effect"
    assert any("1 August 2019" in step.text for step in told_steps(deadline.steps)), "why not 1 August is told"


def test_an_announcement_starts_no_clock(enter):
    enter(kind="announcement", day="2019-02-01")
    assert not Deadline.objects.exists()


def test_a_draft_or_an_unsourced_notice_starts_no_clock(enter):
    draft = enter(publication="draft")
    draft.publication = "published"
    services.save_event(draft, at=FEBRUARY_2019)
    draft.sources.clear()
    services.after_event_change(draft, at=FEBRUARY_2019)
    assert not Deadline.objects.exists()


def test_recomputing_what_has_not_changed_leaves_the_version(enter, treaty):
    enter()
    assert services.recompute_treaty(treaty, at=FEBRUARY_2019) == []
    assert Deadline.objects.get().version == 1


def test_correcting_the_day_moves_the_date_and_raises_the_version_once(enter):
    event = enter()
    event.date = "2019-02-03"
    services.save_event(event, at=FEBRUARY_2019)
    services.after_event_change(event, at=FEBRUARY_2019)
    deadline = Deadline.objects.get()
    assert (deadline.due_earliest, deadline.version) == (date(2019, 8, 3), 2)
    assert event.revision == 2


def test_rewording_the_trigger_raises_no_version(enter):
    event = enter()
    event.title = "Note delivered"
    services.save_event(event, at=FEBRUARY_2019)
    services.after_event_change(event, at=FEBRUARY_2019)
    assert Deadline.objects.get().version == 1


def test_deleting_the_trigger_takes_the_clock_off_the_record_and_entering_it_again_brings_it_back(enter):
    services.delete_events([enter()], at=FEBRUARY_2019)
    deadline = Deadline.objects.get()
    assert (deadline.state, deadline.version, deadline.trigger) == ("withdrawn", 2, None)
    enter()
    deadline = Deadline.objects.get()
    assert (deadline.state, deadline.version) == ("running", 3)


def test_a_notice_revoked_before_its_day_never_takes_effect(enter, treaty):
    enter()
    enter(kind="revocation_of_notice", day="2019-06-01", at=AUGUST_2019)
    services.recompute_treaty(treaty, at=AUGUST_2019)
    deadline = Deadline.objects.get()
    assert (deadline.state, deadline.state_since) == ("revoked", date(2019, 6, 1))


def test_a_revocation_after_the_day_comes_too_late(enter):
    enter()
    enter(kind="revocation_of_notice", day="2019-08-03", at=AUGUST_2019)
    assert Deadline.objects.get().state == "took_effect"


@pytest.mark.parametrize(
    ("instant", "state"),
    [
        (datetime(2019, 8, 3, 3, 59, tzinfo=UTC), "running"),  # still 2 August in Washington
        (datetime(2019, 8, 3, 4, 1, tzinfo=UTC), "took_effect"),
    ],
)
def test_a_clock_takes_effect_when_its_day_has_passed_in_its_own_zone(enter, treaty, instant, state):
    enter()
    services.recompute_treaty(treaty, at=instant)
    assert Deadline.objects.get().state == state


def test_a_coarse_notice_gives_a_range(enter):
    enter(day="2019-02", at=AUGUST_2019)
    deadline = Deadline.objects.get()
    assert (deadline.due_earliest, deadline.due_latest) == (date(2019, 8, 1), date(2019, 8, 28))


def test_two_notices_on_one_day_are_two_clocks(enter):
    enter()
    second = Event(slug="again", kind="notice_of_withdrawal", date="2019-02-02", title="Again", publication="published")
    first = Event.objects.get()
    second.actor = first.actor
    services.save_event(second, at=FEBRUARY_2019)
    second.treaties.set(first.treaties.all())
    second.sources.set(first.sources.all())
    services.after_event_change(second, at=FEBRUARY_2019)
    slugs = sorted(Deadline.objects.values_list("slug", flat=True))
    assert slugs == ["pact-withdrawal-ruritania-2019-02-02", "pact-withdrawal-ruritania-2019-02-02-2"]


def test_an_override_needs_a_public_reason_and_raises_the_version(enter):
    enter()
    deadline = Deadline.objects.get()
    with pytest.raises(ValueError, match="reason"):
        services.override_deadline(deadline, due=date(2019, 8, 1), reason=" ", at=FEBRUARY_2019)
    services.override_deadline(deadline, due=date(2019, 8, 1), reason="The depositary says so.", at=FEBRUARY_2019)
    assert (deadline.due, deadline.due_earliest, deadline.version) == (date(2019, 8, 1), date(2019, 8, 2), 2)


def test_an_override_of_a_deadline_that_moved_meanwhile_is_refused(enter, treaty):
    enter()
    stale = Deadline.objects.get()
    services.recompute_treaty(treaty, at=AUGUST_2019)
    with pytest.raises(services.ConcurrentChangeError):
        services.override_deadline(stale, due=date(2019, 8, 1), reason="Late.", at=AUGUST_2019)


def test_a_change_is_announced_inside_the_transaction(enter):
    heard = []

    def listen(deadline_ids, **_):
        heard.extend(deadline_ids)

    deadlines_changed.connect(listen)
    try:
        enter()
    finally:
        deadlines_changed.disconnect(listen)
    assert heard == [Deadline.objects.get().pk]


@pytest.fixture
def owed(treaty, party):
    """Give the treaty an obligation of ten years, counted from the party's own entry into force."""
    Provision.objects.create(
        treaty=treaty,
        article="V",
        kind="elimination",
        effect_title="Areas of {party} to be cleared",
        trigger_kind="act:entry_into_force",
        rule={"schema": 1, "kind": "deadline", "amount": 10, "unit": "years", "citation": "Pact, Article V"},
    )
    participation = Participation.objects.create(treaty=treaty, party=party)
    ParticipationAct.objects.create(participation=participation, kind="entry_into_force", date=date(2000, 3, 1))
    services.recompute_treaty(treaty, at=FEBRUARY_2019)
    return Deadline.objects.get(act__isnull=False)


def test_an_obligation_counts_from_the_partys_own_entry_into_force(owed):
    assert (owed.due, owed.state, owed.title) == (date(2010, 3, 1), "took_effect", "Areas of Ruritania to be cleared")


def test_an_extension_granted_to_a_party_moves_its_obligation_only(owed, enter, treaty):
    other = Participation.objects.create(treaty=treaty, party=Party.objects.create(slug="strelsau", name="Strelsau"))
    ParticipationAct.objects.create(participation=other, kind="entry_into_force", date=date(2001, 3, 1))
    enter(kind="extension", day="2009-12-01", until=date(2020, 3, 1))
    owed.refresh_from_db()
    assert (owed.due, owed.state) == (date(2020, 3, 1), "running")
    assert Deadline.objects.get(party__slug="strelsau").due == date(2011, 3, 1)


def test_who_leaves_owes_no_more(owed, treaty, party):
    ParticipationAct.objects.create(
        participation=Participation.objects.get(), kind="withdrawal_effect", date=date(2005, 1, 1)
    )
    services.recompute_treaty(treaty, at=FEBRUARY_2019)
    owed.refresh_from_db()
    assert owed.state == "superseded"
