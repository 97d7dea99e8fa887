"""A list page costs the same number of queries with one row and with three."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events import services
from events.models import Change, Statement
from tests.conftest import FEBRUARY_2019
from treaties.models import Official, Participation, ParticipationAct, Party, Treaty

pytestmark = pytest.mark.django_db

PAGES = ["/", "/treaties/", "/treaties/pact/", "/parties/", "/parties/ruritania/", "/statements/", "/deadlines/"]
PAGES += ["/coverage/", "/exit-clauses/", "/calculator/", "/search/?q=no"]
PAGES += ["/matrix/", "/matrix/?group=all", "/claims/", "/changes/", "/about/", "/treaties/?status=not-in-force"]
PAGES += ["/treaties/pact/parties/ruritania/", "/deadlines/?state=any"]


@pytest.fixture
def grow(treaty, party, source, enter):
    """Return a function that adds one more of everything that a page lists."""

    def _grow(number):
        other = Party.objects.create(slug=f"party-{number}", name=f"Party {number}")
        Treaty.objects.create(
            slug=f"treaty-{number}", short_name=f"Treaty {number}", laterality="bilateral", publication="published"
        )
        participation = Participation.objects.create(treaty=treaty, party=other)
        ParticipationAct.objects.create(participation=participation, kind="signature", date="1987-12-08")
        own, _ = Participation.objects.get_or_create(treaty=treaty, party=party)
        ParticipationAct.objects.create(participation=own, kind="reservation", date=f"1990-01-0{number}", source=source)
        told = {"public_note": "Misread.", "row_kind": "event", "row_label": "No", "at": FEBRUARY_2019}
        change = Change.objects.create(kind="corrected", weight="major", **told)
        change.treaties.set([treaty])
        enter(day=f"2019-02-0{number}", actor=other)
        enter(kind="suspension", day=f"2019-03-0{number}", actor=other)
        speaker = Official.objects.create(slug=f"speaker-{number}", name=f"N. {number}", office="Envoy", party=party)
        said = Statement(
            slug=f"said-{number}", kind="denial", date="2019-02-04", title="No", speaker=speaker, stance="denies"
        )
        said.actor, said.publication = party, "published"
        services.save_event(said, at=FEBRUARY_2019)
        said.treaties.set([treaty])
        said.sources.set([source])
        said.targets.set([other])
        claim = Statement(
            slug=f"claim-{number}",
            kind="accusation",
            date="2019-02-03",
            title="Breach",
            body="Ministry",
            stance="accuses",
        )
        claim.actor, claim.publication = other, "published"
        services.save_event(claim, at=FEBRUARY_2019)
        claim.treaties.set([treaty])
        claim.sources.set([source])
        claim.targets.set([party])

    return _grow


def count(client, address):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize("address", PAGES)
def test_queries_do_not_grow_with_the_rows(address, grow, client):
    grow(1)
    with_one = count(client, address)
    grow(2)
    grow(3)
    assert count(client, address) == with_one
