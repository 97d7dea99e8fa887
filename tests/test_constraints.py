"""The database keeps the promises: each named constraint is broken once, and one test sees that none is forgotten."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from alerts.models import Alert, BounceReport, FormMail, FullyPlanned, Mute, Subscriber, Subscription
from alerts.services.planning import plan
from events.models import (
    BulkImport,
    Change,
    Claim,
    ClaimWord,
    Deadline,
    DisputedReading,
    Event,
    Intake,
    IntakeFinding,
    Proposal,
    Recheck,
    RecordMove,
    SearchDocument,
    Statement,
)
from treaties.archiving import keep_copy
from treaties.models import (
    ArchivedCopy,
    EditorAssignment,
    Official,
    Participation,
    ParticipationAct,
    Party,
    Provision,
    Source,
    Treaty,
)
from treatywatch.models import AuditEntry

pytestmark = pytest.mark.django_db

NOW = datetime(2019, 2, 2, 12, tzinfo=UTC)


def again(model, **changes):
    """Insert a copy of the only row with these changes."""
    row = model.objects.get()
    row.pk = row.id = None
    row._state.adding = True
    for name, value in changes.items():
        setattr(row, name, value)
    row.save()


def change(model, **values):
    model.objects.update(**values)


def new_alert(number, **values):
    values = {"version": 1, "planned_at": NOW, "due_at": NOW, "not_after": NOW + timedelta(days=1)} | values
    return Alert.objects.create(
        subscriber=Subscriber.objects.get(), message_id=f"<{number}-{values['kind']}@example.org>", **values
    )


def tell_of_statement(number):
    return new_alert(number, kind="statement", event=Statement.objects.get())


def make_digest(number, **values):
    return new_alert(number, kind="digest", digest_day=NOW.date(), **values)


BREAKS = {
    "audit_entry_says_what": lambda: AuditEntry.objects.create(at=NOW, what="rumour"),
    "source_has_publisher_and_title": lambda: change(Source, title=""),
    "source_address_is_unique": lambda: (
        change(Source, url="https://example.org/1"),
        again(Source, slug="other"),
    ),
    "party_iso_code_is_unique": lambda: (
        change(Party, iso_code="RU"),
        again(Party, slug="other", name="Other"),
    ),
    "party_only_predecessors_are_succeeded": lambda: again(
        Party, slug="other", name="Other", succeeded_by=Party.objects.get()
    ),
    "party_does_not_succeed_itself": lambda: change(Party, kind="predecessor", succeeded_by=Party.objects.get()),
    "official_office_ends_after_it_begins": lambda: change(
        Official, held_from=date(2019, 1, 2), held_to=date(2019, 1, 1)
    ),
    "official_one_row_for_an_office": lambda: again(Official, slug="other"),
    "treaty_enters_into_force_after_signature": lambda: change(Treaty, entered_into_force_on=date(1987, 12, 7)),
    "treaty_ends_after_entry_into_force": lambda: change(
        Treaty, entered_into_force_on=date(1988, 6, 1), ended_on=date(1988, 5, 1)
    ),
    "treaty_publication_is_known": lambda: change(Treaty, publication="secret"),
    "provision_one_row_for_a_clause": lambda: again(Provision),
    "participation_one_row_for_a_party": lambda: again(Participation),
    "provision_publication_is_known": lambda: change(Provision, publication="secret"),
    "act_publication_is_known": lambda: change(ParticipationAct, publication="secret"),
    "assignment_once_for_a_treaty": lambda: again(EditorAssignment),
    "act_recorded_once": lambda: again(ParticipationAct),
    "event_latest_not_before_earliest": lambda: change(Event, latest=date(2019, 2, 1)),
    "event_has_a_title": lambda: change(Event, title=""),
    "event_publication_is_known": lambda: change(Event, publication="secret"),
    "form_mail_address_is_one_line": lambda: change(FormMail, email="a@b.example\nBcc: c@d.example"),
    "form_mail_kind_is_known": lambda: change(FormMail, kind="newsletter"),
    "event_published_says_since_when": lambda: change(Event, published_at=None),
    "statement_has_a_speaker": lambda: change(Statement, speaker=None, body=""),
    "statement_does_not_answer_itself": lambda: change(Statement, responds_to=Statement.objects.get().pk),
    "deadline_one_row_for_a_trigger": lambda: again(Deadline, slug="other"),
    "deadline_one_row_for_an_act": lambda: (
        change(Deadline, trigger=None, act=ParticipationAct.objects.get()),
        again(Deadline, slug="other"),
    ),
    "deadline_one_row_for_an_occurrence": lambda: (
        change(Deadline, trigger=None, occurrence=date(2019, 8, 2)),
        again(Deadline, slug="other"),
    ),
    "reading_one_for_a_holder": lambda: again(DisputedReading),
    "deadline_zone_is_known": lambda: change(Deadline, zone="localtime"),
    "deadline_version_counts_from_one": lambda: change(Deadline, version=0),
    "deadline_dates_come_in_order": lambda: change(Deadline, due_latest=date(2019, 8, 1)),
    "deadline_without_date_is_undetermined": lambda: change(Deadline, due_earliest=None, due_latest=None),
    "deadline_override_gives_a_reason": lambda: change(Deadline, override_due=date(2019, 8, 9)),
    "copy_kept_once": lambda: again(ArchivedCopy),
    "copy_has_its_hash": lambda: change(ArchivedCopy, sha256="short"),
    "intake_reads_a_copy_once": lambda: again(Intake),
    "finding_one_for_a_place": lambda: again(IntakeFinding),
    "finding_decided_says_when": lambda: change(IntakeFinding, state="dropped"),
    "recheck_is_of_one_thing": lambda: change(Recheck, treaty=None),
    "import_decided_says_when": lambda: change(BulkImport, state="dropped"),
    "import_undone_says_when": lambda: change(BulkImport, undone_at=NOW),
    "change_major_says_why": lambda: change(Change, public_note=""),
    "proposal_scheduled_says_when": lambda: change(Proposal, state="scheduled"),
    "proposal_returned_says_why": lambda: change(Proposal, state="returned"),
    "proposal_one_open_for_a_row_and_author": lambda: again(Proposal),
    "change_is_held_or_released": lambda: change(Change, mail_held=True, mail_released_at=NOW),
    "subscriber_digest_is_scheduled": lambda: change(Subscriber, rhythm="daily"),
    "subscriber_digest_has_day_and_hour": lambda: change(Subscriber, digest_hour=24),
    "mute_names_one_thing": lambda: change(Mute, treaty=None),
    "mute_once_for_a_thing": lambda: (change(Mute, lifted_at=None), again(Mute)),
    "search_document_one_for_a_row": lambda: SearchDocument.objects.create(
        kind="treaty",
        row_id=Treaty.objects.get().pk,
        day=date(2019, 1, 1),
        last_day=date(2019, 1, 1),
        title="Twice",
        body="",
        address="/",
        vector="",
    ),
    "claim_stands_once": lambda: again(Claim),
    "claim_word_stands_once": lambda: again(ClaimWord),
    "claim_word_part_is_known": lambda: change(ClaimWord, part="whispered"),
    "subscriber_address_is_unique": lambda: Subscriber.objects.create(email="ANNA@example.org", created_at=NOW),
    "subscriber_active_has_confirmed": lambda: change(Subscriber, confirmed_at=None),
    "subscriber_address_is_one_line": lambda: change(Subscriber, email="anna@example.org\nBcc: b@example.org"),
    "subscription_follows_one_thing": lambda: change(Subscription, everything=True),
    "subscription_once_for_a_thing": lambda: again(Subscription),
    "subscription_active_has_confirmed": lambda: change(Subscription, confirmed_at=None),
    "subscription_ended_says_when": lambda: change(Subscription, state="ended"),
    "alert_planned_once": lambda: again(Alert),
    "alert_statement_told_once": lambda: [tell_of_statement(number) for number in (1, 2)],
    "alert_one_digest_a_day": lambda: [make_digest(number) for number in (1, 2)],
    "alert_is_about_one_thing": lambda: change(Alert, deadline=None),
    "alert_test_shows_a_kind": lambda: change(Alert, sample_of="lead"),
    "alert_digest_carries_alerts_only": lambda: make_digest(1, state="gathered"),
    "alert_carried_is_not_sent_singly": lambda: change(Alert, carrier=make_digest(1)),
    "alert_claim_has_token_and_lease": lambda: change(Alert, state="claimed"),
    "alert_sent_says_when": lambda: change(Alert, state="sent", message_id="<one@example.org>"),
    "alert_leaves_under_a_message_id": lambda: change(Alert, state="held", reason="It may have arrived."),
    "alert_end_gives_a_reason": lambda: change(Alert, state="failed"),
    "alert_lead_days_only_for_leads": lambda: change(Alert, lead_days=7),
    "record_move_counts_from_one": lambda: change(RecordMove, moves=0),
    "alert_message_id_is_unique": lambda: (change(Alert, message_id="<one@example.org>"), again(Alert, version=2)),
    "subscriber_zone_is_known": lambda: change(Subscriber, time_zone="localtime"),
    "bounce_report_counts_once": lambda: again(BounceReport),
    "bounce_report_names_its_reader": lambda: change(BounceReport, subscriber=None),
    "fully_planned_once": lambda: FullyPlanned.objects.update(kind="lead"),
    "fully_planned_for_a_while": lambda: change(FullyPlanned, until=NOW - timedelta(days=1)),
    "alert_expires_after_it_is_due": lambda: change(Alert, not_after=NOW - timedelta(days=1)),
}


@pytest.fixture
def one_of_each(treaty, party, source, enter, follow):
    """Make one row of every model."""
    speaker = Official.objects.create(slug="minister", name="R. Hentzau", office="Minister", party=party)
    act = Participation.objects.create(treaty=treaty, party=party)
    ParticipationAct.objects.create(participation=act, kind="signature", date=date(1987, 12, 8))
    subscriber = follow(treaty=treaty)
    Mute.objects.create(subscriber=subscriber, treaty=treaty, created_at=NOW, lifted_at=NOW)
    enter(at=NOW)
    plan(at=NOW)
    FormMail.objects.create(kind="link", email="anna@example.org", message_id="<form@x>", asked_at=NOW, due_at=NOW)
    BounceReport.objects.create(
        received_at=NOW, kind="hard", alert=Alert.objects.get(), subscriber=Subscriber.objects.get(), digest="0" * 64
    )
    DisputedReading.objects.create(
        trigger=Event.objects.get(),
        provision=treaty.provisions.get(),
        holder="Ruritania",
        reason="It holds so.",
        source=source,
    )
    copy = keep_copy(source, b"A notice.", file_name="notice.txt", read_on=date(2019, 2, 2))
    intake = Intake.objects.create(source=source, copy=copy, published_on=date(2019, 2, 2), pasted_at=NOW)
    IntakeFinding.objects.create(intake=intake, position=0, proposal={}, start=0, passage="A notice.")
    BulkImport.objects.create(table="parties", file_name="rows.csv", content=b"slug", sha256="0" * 64, uploaded_at=NOW)
    Recheck.objects.create(treaty=treaty, checked_at=NOW)
    Change.objects.create(
        at=NOW,
        kind="corrected",
        weight="major",
        public_note="The source was misread.",
        row_kind="event",
        row_label="said",
    )
    editor = User.objects.create_user("editor")
    EditorAssignment.objects.create(editor=editor, treaty=treaty)
    Proposal.objects.create(
        row_kind="event", row_id=1, row_label="said", values={}, made_by=editor, made_at=NOW, state_since=NOW
    )
    Statement.objects.create(
        slug="said",
        kind="denial",
        date="2019-02-02",
        earliest=date(2019, 2, 2),
        latest=date(2019, 2, 2),
        title="No breach",
        speaker=speaker,
        stance="denies",
    )
    claim = Claim.objects.create(treaty=treaty, obligation="Article I", obligation_key="article i", made_on=NOW.date())
    ClaimWord.objects.create(claim=claim, event=Event.objects.first(), part="alleged", said_on=NOW.date())


def declared():
    return {
        constraint.name
        for app in ("treaties", "events", "alerts", "treatywatch")
        for model in apps.get_app_config(app).get_models()
        for constraint in model._meta.constraints
    }


def test_every_constraint_is_broken_below():
    assert set(BREAKS) == declared()


@pytest.mark.parametrize("name", sorted(BREAKS))
def test_the_database_refuses_to_break(name, one_of_each):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        BREAKS[name]()
