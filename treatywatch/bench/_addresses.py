"""Every kind of address that the public site answers, as it stands in a record of `_wide_record`.

The record has more than a hundred treaties, else its lists have no second page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

    from events.paging import Order

# The same in a narrow record as in a wide one; {ago} is a day on which that record had been entered, and {party} a
# party to the treaty wide-5.
_ADDRESSES = """
/
/treaties/ /treaties/?status=in-force&status=ended /treaties/?status=ended&laterality=bilateral&as_of=1990-01-01
/treaties/?q=Wide+Treaty+33 /treaties/?q=nowhere /treaties/?q=wi /treaties/?party=party-77
/treaties/?running=withdrawal /treaties/?known={ago} /treaties/?q=Wide+Treaty+33&known={ago} /treaties/?q=wi&known={ago}
/treaties.csv /treaties.json /treaties.csv?q=Wide+Treaty+33&known={ago}
/treaties/wide-5/ /treaties/wide-5/?known={ago} /treaties/wide-5/parties/{party}/ /treaties/wide-5.csv
/treaties/wide-5.json /treaties/wide-5.ics /treaties/wide-5.atom
/treaties/wide-long/ /treaties/wide-long/?kind=claim&party=russia&order=old /treaties/wide-long/?q=moratorium
/treaties/wide-long/?q=e /treaties/wide-long/?page={deep_long} /treaties/wide-long/?show=all
/treaties/wide-long/?as_of=1990-01-01 /treaties/wide-long/?known={ago} /treaties/wide-long.atom /treaties/wide-long.ics
/treaties/wide-long.csv /treaties/wide-long.json /treaties/wide-long.csv?known={ago}
/parties/ /parties/?q=party-7 /parties/party-77/ /parties/russia/ /parties/russia/?order=old
/parties/russia/?kind=claim /parties/russia/?q=ref777 /parties/russia/?q=e /parties/russia/?q=zz
/parties/russia/?from=1990&to=1991 /parties/russia/?kind=claim&from=1990&to=1991
/parties/russia/?as_of=1990-01-01 /parties/russia/?from=1980&to=1981&as_of=1990-01-01
/parties/russia/?known={ago} /parties/russia/?from=1990&to=1991&known={ago} /parties/russia/?order=old&known={ago}
/parties/russia/?kind=claim&known={ago} /parties/russia/?q=ref777&known={ago}
/parties/russia/?as_of=1990-01-01&known={ago} /parties/party-77/?known={ago}
/parties/russia.csv /parties/russia.json /parties/russia.atom /parties/russia.ics /parties.csv /parties.json
/parties/russia.csv?known={ago} /parties/russia.atom?known={ago} /parties/russia.ics?known={ago}
/parties/russia.csv?from=1990&to=1991 /parties/russia.csv?q=ref777
/events/said-77/ /events/said-77/?known={ago}
/statements/ /statements/?order=old /statements/?stance=accuses&stance=warns /statements/?speaker=envoy-77
/statements/?stance=accuses&party=russia&from=1990&to=1991 /statements/?target=party-77 /statements/?to=1961
/statements/?stance=accuses&treaty=wide-long&q=moratorium /statements/?q=moratorium /statements/?as_of=1970-01-01
/statements/?q=ref777 /statements/?q=nowhere /statements/?stance=accuses&q=ef777 /statements.csv?q=ref777
/statements/?q=e /statements/?q=zz /statements/?q=%C3%A9 /statements/?q=zz&known={ago} /statements/?party=russia&q=zz
/statements/?q=zz&order=old /statements.csv?q=zz
/statements/?page={deep} /statements/?order=old&page={deep}
/statements/?page={deep}&known={ago} /treaties/?page={deep_treaty} /coverage/?page={deep_treaty}
/parties/russia/?page={deep_party}
/statements/?known={ago} /statements/?party=russia&known={ago} /statements/?from=1990&to=1991&known={ago}
/statements/?target=party-77&known={ago} /statements/?speaker=envoy-77&known={ago}
/statements.csv /statements.json /statements.atom /statements.atom?party=party-77 /statements.csv?known={ago}
/deadlines/ /deadlines/?state=ended /deadlines/?party=russia&state=any /deadlines/?about=obligations
/deadlines/?state=undetermined /deadlines/?kind=withdrawal&from=2027&to=2028 /deadlines/?as_of=2010-01-01
/deadlines/?known={ago} /deadlines/?party=russia&state=any&known={ago} /deadlines/?state=ended&page={deep_ended}
/deadlines/clock-10/ /deadlines.csv /deadlines.json /deadlines.atom /deadlines.ics /deadlines.csv?known={ago}
/deadlines.csv?party=russia /deadlines.ics?party=russia
/matrix/ /matrix/?group=all /matrix/?group=organisations /matrix/?q=Wide+Treaty+33 /matrix/?as_of=1990-01-01
/matrix/?q=wi /matrix.csv /matrix.json
/claims/ /claims/?order=old /claims/?answer=none /claims/?answer=countered /claims/?party=russia
/claims/?party=party-77&answer=denied /claims/?treaty=wide-long /claims/?as_of=1990-01-01 /claims/?q=ban /claims/?q=zz
/changes/ /changes/?kind=corrected&from=2026-01 /changes/?treaty=wide-10 /changes/?about=dates
/changes/10/ /changes.csv /changes.json /changes.atom
/coverage/ /coverage/?gap=unverified /coverage/?q=Wide+Treaty+33 /coverage/?q=wi
/exit-clauses/ /exit-clauses/?reasons=yes /exit-clauses/?laterality=bilateral /exit-clauses.csv
/calculator/ /calculator.json?treaty=wide-5&kind=withdrawal&party={party}&on=2019-02-02 /about/ /method/
/search/?q=moratorium /search/?q=m /search/?q=mo* /search/?q=en* /search/?q=ref777 /search/?q=re* /search/?q=nowhere
/search/?q=zz /search/?q=%C3%A9 /search/?q=a /search/?q=%22the+envoy%22 /search/?q=envoy+-moratorium
/search/?q=moratorium&party=russia /search/?q=en*&from=1990&to=1991 /search/?q=en*&kind=treaty /search.json?q=mo*
/sitemap.xml /sitemap-events.xml /sitemap-treaties.xml /sitemap-parties.xml /sitemap-deadlines.xml /sitemap-lists.xml
/robots.txt
/embed/treaties/wide-long/ /embed/treaties/wide-5/ /embed/deadlines/clock-10/
/oembed?url=http://localhost/treaties/wide-long/ /oembed?url=http://localhost/deadlines/clock-10/
/cite/bibtex/treaties/wide-long/ /cite/ris/parties/russia/ /cite/csl/events/said-77/ /cite/text/statements/ /cite/text/
/pictures/front.png /pictures/treaties/wide-long.png /pictures/deadlines/clock-10.png /pictures/events/said-77.png
/pictures/parties/russia.png
/fr/ /fr/treaties/wide-long/
"""
KINDS = tuple(_ADDRESSES.split())


def addresses() -> Iterator[tuple[str, str]]:
    """Yield each address with the name by which it is told, which is the same in every record."""
    from datetime import UTC, datetime, timedelta

    from events.models import Deadline, Event
    from treaties.models import Party, Treaty
    from treatywatch.bench._wide_record import LONG

    ago = datetime.now(UTC).date() - timedelta(days=200)
    party = Party.objects.filter(participations__treaty__slug="wide-5").order_by("slug").first()
    told = {
        "ago": ago,
        "party": party.slug if party else "",
        "deep": _nine_tenths(Event.objects.filter(statement__isnull=False)),
        "deep_treaty": _nine_tenths(Treaty.objects.all()),
        "deep_party": _nine_tenths(Event.objects.filter(actor__slug="russia")),
        "deep_long": _nine_tenths(Event.objects.filter(treaties__slug=LONG)),
        "deep_ended": _nine_tenths(Deadline.objects.standing("ended", datetime.now(UTC).date())),
    }
    for one in KINDS:
        yield one, one.format(**told)
    yield from _further_on()


def _nine_tenths(rows: QuerySet[Any]) -> int:
    from events.paging import SIZE

    return rows.count() * 9 // 10 // SIZE + 1


def _further_on() -> Iterator[tuple[str, str]]:
    """Yield of each long list a page nine tenths down, at the address that the page before it links to."""
    from events.exit_clauses import BY_TREATY
    from events.models import Event
    from events.paging import NEWEST_FIRST, SIZE
    from events.treaty_list import BY_NAME
    from treaties.models import Provision, Treaty

    lists: dict[str, tuple[QuerySet[Any], Order]] = {
        "/statements/": (Event.objects.filter(statement__isnull=False), NEWEST_FIRST),
        "/treaties/": (Treaty.objects.all(), BY_NAME),
        "/coverage/": (Treaty.objects.all(), BY_NAME),
        "/exit-clauses/": (Provision.objects.all(), BY_TREATY),
    }
    for path, (rows, order) in lists.items():
        page = max(2, _nine_tenths(rows))
        last = rows.order_by(*order.keys).values_list(order.name, flat=True)[(page - 1) * SIZE - 1]
        yield f"{path} nine tenths down, as linked", f"{path}?page={page}&after={last}"
