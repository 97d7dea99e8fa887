"""Coverage says per treaty how much is on record, verified, derived, disputed, and as of when."""

from __future__ import annotations

import json
import re
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command

from events.coverage import coverage_rows, total, whole_coverage
from events.models import Event
from treaties.models import ParticipationAct, Treaty

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("record")]

DAY = date(2026, 11, 24)


def of(slug):
    return coverage_rows([Treaty.objects.get(slug=slug)], day=DAY)[0]


def test_derived_acts_are_counted_apart_from_those_that_a_source_states():
    acts = ParticipationAct.objects.filter(participation__treaty__slug="tpnw")
    counts = of("tpnw").counts
    assert (counts.derived_acts, counts.acts) == (75, acts.exclude(basis="derived").count())
    assert counts.participations == 100


def test_an_unverified_row_lowers_the_share():
    assert of("tpnw").counts.unverified_acts == 0
    ParticipationAct.objects.filter(participation__treaty__slug="tpnw", kind="signature").update(verified=False)
    counts = of("tpnw").counts
    assert (counts.unverified_acts, counts.verified_share < 100) == (95, True)


def test_disagreeing_sources_are_counted():
    assert of("npt").counts.disputed >= 5
    assert of("tpnw").counts.disputed == 0


def test_a_treaty_without_rows_is_not_said_to_be_verified():
    Treaty.objects.create(slug="pact", short_name="Pact", laterality="bilateral", publication="published")
    assert of("pact").counts.verified_share is None


def test_the_total_adds_up():
    rows = list(whole_coverage(day=DAY))
    assert total(rows).acts == ParticipationAct.objects.exclude(basis="derived").count()
    assert total(rows).participations == sum(one.counts.participations for one in rows)


def test_the_page_and_the_command_say_the_same(client):
    Event.objects.filter(treaties__slug="tpnw").update(verified=False)
    row, page = of("tpnw"), client.get("/coverage/").content.decode()
    assert f"{row.counts.events} ({row.counts.unverified_events})" in page
    told = StringIO()
    call_command("coverage", stdout=told)
    line = next(line for line in told.getvalue().splitlines() if line.startswith("tpnw "))
    assert line.split()[1:3] == [str(row.counts.events), str(row.counts.unverified_events)]
    told = StringIO()
    call_command("coverage", "--json", stdout=told)
    assert row.as_dict() in json.loads(told.getvalue())["treaties"]


def test_the_page_is_filtered_and_goes_on_after_a_hundred_treaties(client):
    Treaty.objects.bulk_create(
        Treaty(slug=f"t-{n}", short_name=f"Zz {n:03d}", laterality="bilateral", publication="published")
        for n in range(120)
    )
    page = client.get("/coverage/?q=zz").text
    assert ("Zz 000" in page, "Zz 119" in page, "INF" in page, "This page" in page) == (True, False, False, True)
    following = re.search(r'rel="next" href="([^"]+)"', page)[1].replace("&amp;", "&")
    assert "Zz 119" in client.get(following).text
    assert "1 entry" in client.get("/coverage/?q=Zz+117").text
    Treaty.objects.filter(slug="t-4").update(verified=True)
    shown = client.get("/coverage/?q=zz&gap=unverified").text
    assert ("Zz 003" in shown, "Zz 004" in shown) == (True, False)


def test_an_event_under_two_treaties_counts_once_in_each():
    npt, inf = Treaty.objects.get(slug="npt"), Treaty.objects.get(slug="inf")
    alone = [coverage_rows([one], day=DAY)[0].counts for one in (npt, inf)]
    assert [one.counts for one in coverage_rows([npt, inf], day=DAY)] == alone
    shared = Event.objects.published().filter(treaties=npt).exclude(treaties=inf).first()
    shared.treaties.add(inf)
    assert [one.counts.events for one in coverage_rows([npt, inf], day=DAY)] == [
        alone[0].events,
        alone[1].events + 1,
    ]
