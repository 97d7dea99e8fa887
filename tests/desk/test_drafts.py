"""A draft is nobody's business: no reader finds it, no clock starts from it, no mail tells of it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from events import services
from events.models import Deadline
from treaties.models import Participation, ParticipationAct, Provision

pytestmark = pytest.mark.django_db

AT = datetime(2019, 2, 5, 12, tzinfo=UTC)


@pytest.fixture
def report(treaty):
    return Provision.objects.create(
        treaty=treaty,
        article="VII",
        kind="reporting",
        effect_title="First report of {party} due",
        trigger_kind="act:entry_into_force",
        rule={"schema": 1, "kind": "deadline", "amount": 180, "unit": "days", "citation": "Pact, Article VII"},
    )


@pytest.fixture
def joined(treaty, party):
    part = Participation.objects.create(treaty=treaty, party=party)
    return ParticipationAct.objects.create(participation=part, kind="entry_into_force", date=date(2019, 1, 1))


def test_a_draft_event_starts_no_clock(enter):
    enter(publication="draft")
    assert not Deadline.objects.exists()


def test_a_draft_act_starts_no_clock_and_binds_nobody(treaty, report, joined):
    ParticipationAct.objects.update(publication="draft")
    services.recompute_treaty(treaty, at=AT)
    assert not Deadline.objects.exists()
    assert not Participation.objects.bound_on(date(2019, 6, 1)).exists()
    assert not joined.participation.acts.exists(), "not even from the participation's side"


def test_a_draft_clause_starts_no_clock(treaty, report, joined):
    Provision.objects.update(publication="draft")
    services.recompute_treaty(treaty, at=AT)
    assert not Deadline.objects.exists()
    assert not treaty.provisions.exists()
    assert Provision.with_drafts.count() == 2


def test_a_clause_taken_off_the_record_takes_its_clocks_along(treaty, report, joined):
    services.recompute_treaty(treaty, at=AT)
    assert Deadline.objects.get().state == "running"
    Provision.objects.filter(pk=report.pk).update(publication="withdrawn")
    services.recompute_treaty(treaty, at=AT)
    assert (Deadline.objects.get().state, Deadline.objects.get().version) == ("withdrawn", 2)
    services.recompute_treaty(treaty, at=AT)
    assert Deadline.objects.get().version == 2, "once"
    Provision.with_drafts.filter(pk=report.pk).update(publication="published")
    services.recompute_treaty(treaty, at=AT)
    assert (Deadline.objects.get().state, Deadline.objects.get().version) == ("running", 3)
