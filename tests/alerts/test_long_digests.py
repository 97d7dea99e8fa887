"""A digest of very many dates: none is missing, and its links stand where a mail program still shows them."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import F
from django.utils import translation

from alerts.delivery import send_due
from alerts.digest_words import foremost
from alerts.models import Alert, Subscriber
from alerts.services.digests import choose_delivery
from alerts.services.planning import plan
from events.models import Change, Deadline
from treaties.day_words import day_words
from treaties.models import Party

pytestmark = pytest.mark.django_db

NOTICE = datetime(2019, 2, 2, 12, tzinfo=UTC)
MONDAY = datetime(2019, 2, 4, 8, tzinfo=UTC)
TUESDAY = MONDAY + timedelta(days=1)
LAST = "Withdrawal of the Republic of Somewhere 29 takes effect"


def go(at):
    plan(at=at)
    return send_due(clock=lambda: at, batch_size=10)


def forms(mail):
    """Return a mail's text and its HTML."""
    return [mail.get_body((form,)).get_content() for form in ("plain", "html")]


@pytest.fixture
def weekly(treaty, follow, enter, relay):
    """Return a function that has so many dates told in one weekly mail, and returns its text and its HTML."""
    enter(at=NOTICE)

    def _weekly(dates, language="en-gb"):
        _enter_alike(dates)
        reader = follow(treaty=treaty)
        Subscriber.objects.update(language=language)
        choose_delivery(reader, {"rhythm": "weekly"}, at=NOTICE)
        assert go(MONDAY) == 1
        return forms(relay.mails[0])

    return _weekly


def _enter_alike(dates):
    one = Deadline.objects.get()
    parties = [Party(slug=f"land-{number}", name=f"Republic of Somewhere {number}") for number in range(1, dates)]
    alike = []
    for number, party in enumerate(Party.objects.bulk_create(parties), start=1):
        row = copy.copy(one)
        row.pk, row.party, row.slug = None, party, f"{one.slug}-{number}"
        row.title = f"Withdrawal of the {party.name} takes effect"
        row.due_earliest = row.due_latest = one.due_earliest + timedelta(days=number)
        alike.append(row)
    Deadline.objects.bulk_create(alike)


# What Gmail shows of a mail before it cuts it, in bytes of the HTML, with room for what it adds itself.
SHOWN = 100_000


@pytest.mark.parametrize("language", ["en-gb", "fr"])
def test_two_hundred_dates_come_in_one_mail_that_no_program_cuts(weekly, language):
    text, html = weekly(200, language)
    for form in (text, html):
        assert len(form.encode()) < SHOWN
        told = " ".join(form.split())
        with translation.override(language):
            for deadline in Deadline.objects.all():
                assert day_words(deadline.due) in told
                assert deadline.title in told
                assert deadline.get_absolute_url() in told


def test_each_line_of_a_long_digest_tells_the_days_that_are_left_and_the_treaty(weekly):
    text, html = weekly(30)
    words = f"208 days left · Pact · A clock has started: {LAST}"
    assert f"Saturday, 31 August 2019: {words}" in " ".join(text.split())
    assert "<b>Saturday, 31 August 2019</b> · 208 days left · Pact" in html
    assert "10 more, in short" in html


@pytest.mark.parametrize("dates", [200, 500])
def test_the_way_out_of_a_long_digest_stands_above_its_dates(weekly, dates):
    for form in weekly(dates):
        first = form.index("Why this date?")
        assert form.index("/alerts/preferences/") < first
        assert form.index("?what=all") < first


def test_a_digest_that_is_told_in_full_has_its_way_out_at_the_end_alone(weekly):
    for form in weekly(20):
        assert form.count("?what=all") == 1
        assert form.count("?what=deadline") == 20
        assert "more, in short" not in form


def test_each_line_of_a_long_digest_tells_both_dates_and_what_moved_them(weekly, relay):
    weekly(30)
    change = Change.objects.create(
        at=TUESDAY, weight="major", kind="corrected", row_label="Notice", public_note="It came a week later."
    )
    later = {name: F(name) + timedelta(days=7) for name in ("due_earliest", "due_latest")}
    Deadline.objects.update(version=2, changed_at=TUESDAY, change=change, **later)
    assert go(MONDAY + timedelta(days=7)) == 1
    text, html = forms(relay.mails[1])
    for form in (text, html):
        assert form.count("It came a week later.") == 30
    words = f"Was 31 August 2019, now Saturday, 7 September 2019: 208 days left · Pact · A date has moved: {LAST}"
    assert words in " ".join(text.split())
    assert "<b>Was <s>31 August 2019</s>, now Saturday, 7 September 2019</b> · 208 days left" in html


def test_of_more_than_are_told_in_full_corrections_come_first():
    dates = [Alert(pk=number, kind="lead", lead_days=30, deadline_id=number) for number in range(1, 25)]
    gone = Alert(pk=25, kind="withdrawn", deadline_id=25)
    assert foremost([*dates, gone]) == [gone, *dates]
    assert foremost([*dates[:5], gone]) == [*dates[:5], gone], "in a short digest all stand in the order of their days"
