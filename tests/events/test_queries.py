"""A list page costs the same number of queries with one row and with three."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events import services
from events.models import Statement
from tests.conftest import FEBRUARY_2019
from treaties.models import Official, Participation, ParticipationAct, Party, Treaty

pytestmark = pytest.mark.django_db

PAGES = ["/", "/treaties/", "/treaties/pact/", "/parties/", "/parties/ruritania/", "/statements/", "/deadlines/"]
PAGES += ["/coverage/", "/exit-clauses/", "/calculator/", "/search/?q=no"]


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
