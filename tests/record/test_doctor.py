"""The record's doctor finds what cannot be right: each check is broken once, and what ships is well."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from events.doctor import CHECKS, examine
from events.models import Deadline, Event, Statement
from events.services import recompute_all
from treaties.models import Official, Participation, ParticipationAct, Party, Provision, Treaty

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("record")]

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
NOTICE = "us-gives-notice-2019-02-02"


def found(check):
    return [finding.row for finding in examine(at=NOW) if finding.check == check]


def acts(treaty, party, **values):
    return ParticipationAct.objects.filter(
        participation__treaty__slug=treaty, participation__party__slug=party, **values
    )


def add(treaty, party, kind, day, **values):
    """Put an act on record, with the source of the treaty's first act."""
    participation = Participation.objects.get(treaty__slug=treaty, party__slug=party)
    source = ParticipationAct.objects.filter(participation__treaty__slug=treaty).exclude(source=None).first().source
    values = {"source": source} | values
    return ParticipationAct.objects.create(participation=participation, kind=kind, date=day, **values)


def spoken():
    return Statement.objects.exclude(speaker=None).exclude(quotation="").order_by("slug").first()


def a_source_lost():
    Event.objects.get(slug=NOTICE).sources.clear()
    return f"event {NOTICE}"


def an_event_before_its_treaty():
    Event.objects.filter(slug=NOTICE).update(earliest="1980-01-01", latest="1980-01-01")
    return f"event {NOTICE}"


def an_act_before_its_treaty():
    acts("tpnw", "austria", kind="signature").update(date="2016-01-01")
    return "act Signature, 2016-01-01 of Austria in TPNW"


def an_act_after_the_treatys_end():
    add("inf", "united-states", "suspension", "2020-01-01")
    return "act Suspension, 2020-01-01 of United States in INF Treaty"


def entry_into_force_without_an_instrument():
    acts("tpnw", "austria").exclude(kind="entry_into_force").delete()
    return "participation Austria in TPNW"


def a_notice_by_a_stranger():
    Event.objects.filter(slug=NOTICE).update(actor=Party.objects.get(slug="fiji"))
    return f"event {NOTICE}"


def leaving_before_joining():
    acts("apmbc", "estonia", kind="withdrawal_effect").update(date="2000-01-01", basis="stated")
    return "participation Estonia in Ottawa Convention (APMBC)"


def joining_twice_by_one_source():
    act = acts("tpnw", "austria", kind="ratification").get()
    add("tpnw", "austria", "ratification", "2018-06-08", source=act.source)
    return "participation Austria in TPNW"


def a_predecessor_bound_for_ever():
    acts("inf", "soviet-union", kind="end").delete()
    inf = Treaty.objects.get(slug="inf")
    russia, _ = Participation.objects.get_or_create(treaty=inf, party=Party.objects.get(slug="russia"))
    ParticipationAct.objects.get_or_create(participation=russia, kind="succession", date="1991-12-26")
    return "participation Soviet Union in INF Treaty"


def a_speaker_out_of_office():
    statement = spoken()
    Official.objects.filter(pk=statement.speaker_id).update(
        held_from=None, held_to=statement.earliest - timedelta(days=1)
    )
    return f"statement {statement.slug}"


def one_event_twice():
    Event.objects.filter(slug__in=[NOTICE, "us-announces-suspension-2019-02-01"]).update(
        title="Twin", date="2019-02-01"
    )
    return "event 2019-02-01 Twin"


def one_act_under_two_titles():
    notice = Event.objects.get(slug=NOTICE)
    twin = Event.objects.create(
        slug="zz-twin",
        kind=notice.kind,
        date=notice.date,
        earliest=notice.earliest,
        latest=notice.latest,
        actor=notice.actor,
        title="Washington leaves INF",
        publication="published",
    )
    twin.treaties.set(notice.treaties.all())
    return f"events {NOTICE}, zz-twin"


def a_reference_to_nothing():
    Event.objects.filter(slug=NOTICE).update(summary="See /parties/atlantis/ for more.")
    return f"event {NOTICE}"


def a_long_quotation():
    statement = spoken()
    Statement.objects.filter(pk=statement.pk).update(quotation="One. Two. Three. Four.")
    return f"statement {statement.slug}"


def a_rule_that_cannot_be_read():
    provision = Provision.objects.filter(treaty__slug="inf").order_by("pk").first()
    Provision.objects.filter(pk=provision.pk).update(rule={"schema": 1, "kind": "guess", "citation": "x"})
    return f"provision {provision}"


def an_entry_into_force_against_the_clause():
    act = acts("cwc", "bangladesh", kind="entry_into_force")
    act.update(date="1997-05-26", basis="stated")
    return "participation Bangladesh in CWC"


def a_derived_act_that_was_not_recomputed():
    acts("cwc", "bangladesh", kind="ratification").update(date="1998-01-01")
    return "participation Bangladesh in CWC"


def one_name_for_two():
    Party.objects.filter(slug="fiji").update(aliases=["Moscow"])
    return "name “moscow”"


BREAKS = [
    ("source", a_source_lost),
    ("life of the treaty", an_event_before_its_treaty),
    ("act outside the treaty's life", an_act_before_its_treaty),
    ("act outside the treaty's life", an_act_after_the_treatys_end),
    ("joining", entry_into_force_without_an_instrument),
    ("no part in the treaty", a_notice_by_a_stranger),
    ("order", leaving_before_joining),
    ("overlap", joining_twice_by_one_source),
    ("overlap with the successor", a_predecessor_bound_for_ever),
    ("office", a_speaker_out_of_office),
    ("duplicates", one_event_twice),
    ("near duplicates", one_act_under_two_titles),
    ("references", a_reference_to_nothing),
    ("quotations", a_long_quotation),
    ("entry into force", an_entry_into_force_against_the_clause),
    ("entry into force", a_derived_act_that_was_not_recomputed),
    ("names", one_name_for_two),
]


def test_what_ships_is_well():
    recompute_all(at=NOW)
    assert examine(at=NOW) == []


@pytest.mark.parametrize(("check", "break_it"), BREAKS, ids=[break_it.__name__ for _, break_it in BREAKS])
def test_the_doctor_finds(check, break_it):
    row = break_it()
    assert row in [found_row for found_row, _ in CHECKS[check]()]


def test_a_rule_that_cannot_be_read_is_found():
    row = a_rule_that_cannot_be_read()
    assert row in found("rules"), "and it keeps the other checks from nothing"


def test_a_deadline_stored_otherwise_than_computed_is_found():
    recompute_all(at=NOW)
    Deadline.objects.filter(slug="new-start-duration-all-2011-02-05").update(due_earliest=date(2021, 2, 5))
    assert "deadline new-start-duration-all-2011-02-05" in found("stored dates")


def test_every_check_is_broken_above():
    assert {check for check, _ in BREAKS} | {"rules"} == set(CHECKS)


def test_the_command_names_the_rows_and_ends_with_1():
    recompute_all(at=NOW)
    row = a_long_quotation()
    told = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("check_record", "--json", stdout=told)
    assert ended.value.code == 1
    assert row in [finding["row"] for finding in json.loads(told.getvalue())]
