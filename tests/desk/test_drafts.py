"""A draft is nobody's business: no reader finds it, no clock starts from it, no mail tells of it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.urls import get_resolver

from alerts.models import Alert
from alerts.services.planning import plan
from events import services
from events.models import Deadline, Event, Statement
from treaties.models import Participation, ParticipationAct, Provision, Treaty

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


TITLE, INSIDE = "Zenda Tarlenheim", "Rassendyll"


@pytest.fixture
def hidden(enter, treaty, party, source):
    """Enter a draft, or a withdrawn row, of every kind that can be one."""
    for state, day in (("draft", "2019-02-02"), ("withdrawn", "2019-02-03")):
        enter(day=day, title=f"{TITLE} {state}", summary=INSIDE, publication=state)
        said = Statement(slug=f"said-{state}", kind="denial", date=day, title=TITLE, body=TITLE, stance="denies")
        said.quotation, said.publication = INSIDE, state
        services.save_event(said, at=AT)
        said.treaties.set([treaty])
        said.sources.set([source])
        Treaty.objects.create(
            slug=f"secret-{state}",
            short_name=f"{TITLE} {state}",
            official_name=INSIDE,
            laterality="bilateral",
            publication=state,
        )
        Provision.objects.create(
            treaty=treaty, article="X", kind=f"re{'view' if state == 'draft' else 'porting'}", effect_title=TITLE,
            quotation=INSIDE, rule={"schema": 1, "kind": "yearly", "date": "04-15", "citation": "x"}, publication=state,
        )  # fmt: skip
        part, _ = Participation.objects.get_or_create(treaty=treaty, party=party)
        ParticipationAct.objects.create(
            participation=part, kind="reservation", date=date(1999, 9, 9), note=TITLE, publication=state
        )
    services.recompute_treaty(treaty, at=AT)


def plain_addresses():
    """Return every public address that takes no argument, whoever adds one."""
    found = [("/", ""), *walk(get_resolver().url_patterns, "/")]
    closed = ("/admin", "/mailbox", "/health", "/metrics")
    return sorted({address for address, _ in found if not address.startswith(closed)})


def walk(patterns, start):
    for one in patterns:
        route = str(one.pattern)
        if "<" in route or "^" in route or "(" in route:
            continue
        if hasattr(one, "url_patterns"):
            yield from walk(one.url_patterns, start + route)
        else:
            yield start + route, one.name


def test_no_public_page_list_feed_or_search_shows_a_draft_or_what_was_withdrawn(client, hidden):
    addresses = plain_addresses()
    assert len(addresses) > 10
    for address in [*addresses, "/treaties/pact/", "/parties/ruritania/"]:
        for asked in ("", f"?q={INSIDE}"):
            answer = client.get(address + asked, follow=True)
            content = answer.getvalue().decode(errors="replace")
            assert TITLE not in content, address + asked
            assert asked or INSIDE not in content, address


def test_the_address_of_a_draft_is_nowhere(client, hidden):
    for address in ("/treaties/secret-draft/", "/treaties/secret-withdrawn/", "/events/said-draft/"):
        assert client.get(address).status_code in {404, 410}, address


def test_nobody_is_mailed_about_a_draft(hidden, follow):
    follow()
    plan(at=AT)
    assert not Alert.objects.exists()


def test_the_same_search_finds_it_once_it_is_published(client, hidden):
    Event.objects.filter(slug="notice_of_withdrawal-2019-02-02").update(publication="published")
    assert f"{TITLE} draft" in client.get("/treaties/pact/").content.decode()
