"""Counts on a day agree with the published figures; the shipped record passes its own doctor."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from events.doctor import examine
from events.models import Deadline, Event, Statement
from events.services import recompute_all
from treaties.models import Official, ParticipationAct, Treaty

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("record")]

AUGUST_2026 = date(2026, 8, 22)
FEBRUARY_2026 = date(2026, 2, 3)
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def parties(slug, day=AUGUST_2026):
    return Treaty.objects.get(slug=slug).participations.joined_on(day).count()


def test_ctbt_signatures_and_ratifications():
    ctbt = Treaty.objects.get(slug="ctbt").participations
    assert (ctbt.signatories_on(AUGUST_2026).count(), ctbt.joined_on(AUGUST_2026).count()) == (188, 179)
    assert (ctbt.signatories_on(FEBRUARY_2026).count(), ctbt.joined_on(FEBRUARY_2026).count()) == (187, 178)


def test_russias_ratification_of_the_ctbt_counts_until_it_was_taken_back():
    ctbt = Treaty.objects.get(slug="ctbt").participations.filter(party__slug="russia")
    assert ctbt.joined_on(date(2023, 11, 2)).exists()
    assert not ctbt.joined_on(date(2023, 11, 3)).exists()


@pytest.mark.parametrize(
    ("slug", "count"),
    [
        ("tpnw", 75),
        ("cwc", 193),
        ("bwc", 189),
        ("att", 117),
        ("ccm", 112),
        ("apmbc", 161),
        ("ccw", 128),
        ("ccw-protocol-v", 99),
        ("enmod", 78),
        ("pelindaba", 43),
        ("rarotonga", 14),
    ],
)
def test_parties_agree_with_the_depositarys_figure(slug, count):
    assert parties(slug) == count


def test_the_npt_counts_190_parties_and_one_that_announced_to_have_left():
    npt = Treaty.objects.get(slug="npt").participations
    assert (npt.joined_on(AUGUST_2026).count(), npt.withdrawn_on(AUGUST_2026).count()) == (190, 1)


def test_poland_counts_until_its_withdrawal_takes_effect():
    assert (parties("apmbc", date(2026, 2, 19)), parties("apmbc", date(2026, 2, 20))) == (162, 161)


@pytest.mark.parametrize(
    ("day", "status"),
    [
        ("1987-12-07", "not signed"),
        ("1987-12-08", "not in force"),
        ("1988-06-01", "in force"),
        ("2019-08-01", "in force"),
        ("2019-08-02", "ended"),
    ],
)
def test_the_status_of_inf_on_a_day(day, status):
    assert Treaty.objects.get(slug="inf").status_at(date.fromisoformat(day)) == status


def test_the_shipped_record_is_well():
    recompute_all(at=NOW)
    assert examine(at=NOW) == []


def found(check):
    return [finding.row for finding in examine(at=NOW) if finding.check == check]


def test_the_doctor_finds_what_cannot_be_right():
    recompute_all(at=NOW)
    Event.objects.get(slug="us-gives-notice-2019-02-02").sources.clear()
    assert "event us-gives-notice-2019-02-02" in found("source")
    Event.objects.filter(slug="us-gives-notice-2019-02-02").update(earliest="1980-01-01", latest="1980-01-01")
    assert "event us-gives-notice-2019-02-02" in found("life of the treaty")
    statement = Statement.objects.exclude(speaker=None).exclude(quotation="").first()
    Statement.objects.filter(pk=statement.pk).update(quotation="One. Two. Three. Four.")
    assert found("quotations") == [f"statement {statement.slug}"]
    Official.objects.filter(pk=statement.speaker_id).update(held_to=statement.earliest - timedelta(days=1))
    assert f"statement {statement.slug}" in found("office")
    ParticipationAct.objects.filter(
        participation__treaty__slug="cwc", participation__party__slug="bangladesh", kind="entry_into_force"
    ).update(date="1997-05-25")
    assert found("entry into force") == ["participation Bangladesh in CWC"]
    Deadline.objects.filter(slug="new-start-duration-all-2011-02-05").update(due_earliest="2021-02-05")
    assert "deadline new-start-duration-all-2011-02-05" in found("stored dates")
    Event.objects.filter(slug="us-gives-notice-2019-02-02").update(title="Twin", date="2019-02-01")
    Event.objects.filter(slug="us-announces-suspension-2019-02-01").update(title="Twin", date="2019-02-01")
    assert found("duplicates") == ["event 2019-02-01 Twin"]
    with pytest.raises(SystemExit):
        call_command("check_record", stdout=StringIO())


def test_the_coverage_page_says_what_is_verified(client):
    page = client.get("/coverage/").content.decode()
    assert "Treaty of Pelindaba" in page
    assert "unverified" in page
