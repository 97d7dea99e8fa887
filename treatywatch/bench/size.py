"""`./tw bench size`: every list, feed and export of a wide record, and entering in it, beside a narrow one.

What a page costs may not grow with the number of treaties, statements or clocks on record. The pages are asked of the
application itself, in one process and made anew each time; of an export that flows, the first piece is waited for.
The record is that of `_wide_record`; the promised size is `--treaties 250000 --long 10000`, which takes ten minutes to
fill.
"""

from __future__ import annotations

import argparse
import time
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import django
from django.core.management import call_command

from treatywatch.bench._telling import tell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.db.models import QuerySet
    from django.test import Client

    from events.paging import Order

# The same in a narrow record as in a wide one; {ago} is a day on which that record had been entered.
_ADDRESSES = """
/ /treaties/ /treaties/?status=in-force&status=ended /treaties/?status=ended&laterality=bilateral&as_of=1990-01-01
/treaties/?q=Wide+Treaty+33 /treaties/?q=nowhere /treaties/?party=party-77 /treaties/?running=withdrawal
/treaties/?known={ago} /treaties.csv /treaties.json
/treaties/wide-5/ /treaties/wide-5/?known={ago} /treaties/wide-5/parties/{party}/ /treaties/wide-5.csv
/treaties/wide-long/ /treaties/wide-long/?kind=claim&party=russia&order=old /treaties/wide-long/?q=moratorium
/treaties/wide-long/?as_of=1990-01-01 /treaties/wide-long/?known={ago} /treaties/wide-long.atom /treaties/wide-long.ics
/treaties/wide-long.csv /treaties/wide-long.json
/parties/ /parties/?q=party-7 /parties/party-77/ /parties/russia/ /parties/russia/?order=old
/parties/russia/?kind=claim /parties/russia/?q=ref777 /parties/russia/?from=1990&to=1991
/parties/russia/?as_of=1990-01-01 /parties/russia/?known={ago} /parties/russia.csv /parties/russia.atom
/parties/russia.ics /parties.csv /events/said-77/ /events/said-77/?known={ago}
/statements/ /statements/?order=old /statements/?stance=accuses&stance=warns /statements/?speaker=envoy-77
/statements/?stance=accuses&party=russia&from=1990&to=1991 /statements/?target=party-77 /statements/?to=1961
/statements/?stance=accuses&treaty=wide-long&q=moratorium /statements/?q=moratorium /statements/?as_of=1970-01-01
/statements/?q=ref777 /statements/?q=nowhere /statements/?stance=accuses&q=ef777 /statements.csv?q=ref777
/statements/?known={ago} /statements.csv /statements.json /statements.atom /statements.atom?party=party-77
/deadlines/ /deadlines/?state=ended /deadlines/?party=russia&state=any /deadlines/?about=obligations
/deadlines/?state=undetermined /deadlines/?kind=withdrawal&from=2027&to=2028 /deadlines/?as_of=2010-01-01
/deadlines/?known={ago} /deadlines/clock-10/ /deadlines.csv /deadlines.json /deadlines.atom /deadlines.ics
/matrix/ /matrix/?group=all /matrix/?group=organisations /matrix/?q=Wide+Treaty+33 /matrix/?as_of=1990-01-01
/claims/ /claims/?order=old /claims/?answer=none /claims/?answer=countered /claims/?party=russia
/claims/?party=party-77&answer=denied /claims/?treaty=wide-long /claims/?as_of=1990-01-01
/changes/ /changes/?kind=corrected&from=2026-01 /changes/?treaty=wide-10 /changes/?about=dates
/changes.csv /changes.atom
/coverage/ /coverage/?gap=unverified /coverage/?q=Wide+Treaty+33
/exit-clauses/ /exit-clauses/?reasons=yes /exit-clauses/?laterality=bilateral /exit-clauses.csv
/calculator/ /about/ /sitemap.xml /embed/treaties/wide-long/ /embed/deadlines/clock-10/
/oembed?url=http://localhost/treaties/wide-long/ /cite/bibtex/treaties/wide-long/
"""


class _Cost(NamedTuple):
    """What a page costs: milliseconds in all (best), of its slowest question, and how many questions it asks."""

    milliseconds: float
    slowest: float
    questions: int


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="tw bench size", description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--treaties", type=int, default=20_000, help="in the wide record (default: %(default)s)")
    parser.add_argument("--narrow", type=int, default=2_000, help="in the narrow record (default: %(default)s)")
    parser.add_argument("--long", type=int, default=2_000, help="events of one treaty (default: %(default)s)")
    parser.add_argument("--times", type=int, default=3, help="requests of each row (default: %(default)s)")
    parser.add_argument("--only", default="", help="addresses that contain this (default: all)")
    options = parser.parse_args()
    django.setup()
    tell(_measure(options), as_json=options.json)


def _measure(options: argparse.Namespace) -> dict[str, object]:
    from treatywatch.bench import _wide_record

    call_command("collectstatic", interactive=False, verbosity=0)
    _wide_record.fill(options.narrow, long=options.long)
    narrow = dict(_costs(options))
    began = time.perf_counter()
    _wide_record.fill(options.treaties, long=options.long)
    figures: dict[str, object] = {
        "treaties on record": options.treaties,
        "statements on record": options.treaties * _wide_record.STATEMENTS_OF_A_TREATY + options.long,
        "seconds to fill the record": round(time.perf_counter() - began, 1),
    }
    wide = dict(_costs(options))
    for address, cost in wide.items():
        figures[f"{address}, ms (best)"] = round(cost.milliseconds, 1)
        figures[f"{address}, ms of the slowest of {cost.questions} questions"] = round(cost.slowest, 1)
        figures[f"{address}, ratio to the narrow record"] = round(cost.milliseconds / narrow[address].milliseconds, 2)
    return figures | _slowest(wide)


def _slowest(costs: dict[str, _Cost]) -> dict[str, object]:
    address, cost = max(costs.items(), key=lambda pair: pair[1].milliseconds)
    return {"slowest": address, "slowest, ms (best)": round(cost.milliseconds, 1)}


def _costs(options: argparse.Namespace) -> Iterator[tuple[str, _Cost]]:
    from django.test import Client

    # Names nobody, but whoever sends a session gets the page made anew.
    client = Client(HTTP_COOKIE="sessionid=none", SERVER_NAME="localhost")
    steps: dict[str, Callable[[], None]] = {"entering a statement": _enter}
    steps |= {name: partial(_ask, client, address) for name, address in [*_plain(), *_deep()]}
    for name, step in steps.items():
        if options.only in name:
            yield name, min(_cost(step) for _ in range(options.times))


def _plain() -> Iterator[tuple[str, str]]:
    from datetime import UTC, datetime, timedelta

    from treaties.models import Party

    ago = datetime.now(UTC).date() - timedelta(days=200)
    party = Party.objects.filter(participations__treaty__slug="wide-5").order_by("slug").first()
    for one in _ADDRESSES.split():
        yield one, one.format(ago=ago, party=party.slug if party else "")


def _deep() -> Iterator[tuple[str, str]]:
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
        page = rows.count() * 9 // 10 // SIZE
        last = rows.order_by(*order.keys).values_list(order.name, flat=True)[page * SIZE - 1]
        yield f"{path} nine tenths down", f"{path}?page={page + 1}&after={last}"


def _ask(client: Client, address: str) -> None:
    response = client.get(address)
    if response.streaming:
        next(iter(response.streaming_content))  # type: ignore[attr-defined]
    response.close()
    if response.status_code != 200:  # noqa: PLR2004
        raise RuntimeError(f"{address} was answered {response.status_code}.")


def _enter() -> None:
    """Enter a statement as an editor's save does, and take it back."""
    from django.db import transaction
    from django.utils import timezone

    from events.models import Statement
    from events.services import after_event_change, save_event
    from treaties.models import Party, Source, Treaty

    said = Statement(slug="entered", kind="statement", date="2019-02-02", body="Ministry", stance="remarks")
    said.title, said.summary, said.quotation = "The ministry is told", "It is told so that it is found.", "Told " * 50
    said.actor, said.publication = Party.objects.get(slug="russia"), "published"
    with transaction.atomic():
        save_event(said, at=timezone.now())
        said.treaties.set([Treaty.objects.get(slug="wide-5")])
        said.sources.set([Source.objects.get(slug="gazette-5")])
        after_event_change(said, at=timezone.now())
        transaction.set_rollback(True)


def _cost(step: Callable[[], None]) -> _Cost:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        began = time.perf_counter()
        step()
        taken = (time.perf_counter() - began) * 1000
    return _Cost(taken, max((float(one["time"]) * 1000 for one in asked), default=0.0), len(asked))


if __name__ == "__main__":
    main()
