"""`./tw bench pages`: how fast pages reach readers, beside the least that the same server can be asked.

Everything is asked of real server processes over kept-alive connections, on a record of a million invented statements.
"""

from __future__ import annotations

import argparse
import statistics
import time
from datetime import UTC, datetime
from functools import partial

import django
from django.core.management import call_command

from treatywatch.bench._load import Asked, Connection, milliseconds, requests_a_second
from treatywatch.bench._options import add_statements
from treatywatch.bench._telling import tell
from treatywatch.bench._web import Server, served
from treatywatch.launcher.web import THREADS

_ROUNDS = 5
# Requests until each thread's connection has prepared its questions and, after the usual five times, planned them.
_UNTIL_PLANNED = THREADS * 8
# Names nobody, but whoever sends a session gets the page made anew.
_NOT_KEPT = {"Cookie": "sessionid=none", "Accept-Encoding": "gzip"}
_KEPT = {"Accept-Encoding": "gzip"}
# One page of each other kind, made anew each time.
_OTHERS = {
    "front page": "/",
    "list of treaties": "/treaties/",
    "treaty of 10,000 events": "/treaties/bench-long/",
    "party": "/parties/ruritania/",
    "event": "/events/page-7/",
    "deadlines": "/deadlines/",
    "claims": "/claims/",
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="tw bench pages", description=__doc__)
    parser.add_argument("--json", action="store_true")
    add_statements(parser)
    parser.add_argument("--seconds", type=float, default=1.0, help="for each row of each round (default: %(default)s)")
    parser.add_argument("--connections", type=int, default=16, help="kept alive (default: %(default)s)")
    parser.add_argument("--times", type=int, default=200, help="requests of each timed row (default: %(default)s)")
    options = parser.parse_args()
    django.setup()
    figures = _measure(options)
    tell(figures, as_json=options.json)


def _measure(options: argparse.Namespace) -> dict[str, float]:
    from treatywatch.bench import _record, search

    call_command("collectstatic", interactive=False, verbosity=0)
    began = time.perf_counter()
    _record.fill(options.statements, at=datetime.now(UTC))
    figures: dict[str, float] = {
        "statements on record": options.statements,
        "seconds to fill the record": round(time.perf_counter() - began, 1),
    }
    page = f"/treaties/{_record.PAGE}/"
    with served("treatywatch.bench._hello:application") as hello, served("treatywatch.wsgi:application") as site:
        figures |= _throughput(hello, site, page, options)
        figures |= _times("cold page of 100 events", site, page, options.times)
        figures |= _after_edits(site, page, options.times)
        for name, path in _OTHERS.items():
            figures |= _times(f"cold {name}", site, path, max(20, options.times // 10))
        figures |= _depth(site, options.times)
    figures |= search.index()
    searched = search.measure(max(1, options.times // 10), options.statements)
    return figures | {"search, p95 of all kinds, ms (95 %)": searched["all kinds, ms (95 %)"]}


def _throughput(hello: Server, site: Server, page: str, options: argparse.Namespace) -> dict[str, float]:
    etag = Connection(Asked(site.port, page, _KEPT)).ask().header("etag")
    rows = {
        "hello-world": Asked(hello.port, "/"),
        "warm page": Asked(site.port, page, _KEPT),
        "304": Asked(site.port, page, _KEPT | {"If-None-Match": etag}, status=304),
    }
    run = partial(requests_a_second, connections=options.connections, seconds=options.seconds)
    rounds = [{name: run(asked) for name, asked in rows.items()} for _ in range(_ROUNDS)]
    rates = {name: statistics.median(one[name] for one in rounds) for name in rows}
    # Within a round: what slows the machine for a while slows both, and neither is compared with another's best moment.
    ratios = {
        name: statistics.median(one[name] / one["hello-world"] for one in rounds) for name in ("warm page", "304")
    }
    return {f"{name}, requests a second": round(rate) for name, rate in rates.items()} | {
        f"{name}, ratio to hello-world": round(ratio, 2) for name, ratio in ratios.items()
    }


def _times(name: str, site: Server, path: str, times: int) -> dict[str, float]:
    asked = Asked(site.port, path, _NOT_KEPT)
    first = milliseconds(asked, times=_UNTIL_PLANNED)
    before = site.cpu_seconds()
    taken = milliseconds(asked, times=times)
    return {
        f"{name}, ms (median)": round(statistics.median(taken), 1),
        f"{name}, ms (95 %)": round(taken[int(len(taken) * 0.95)], 1),
        f"{name}, while connections still plan, ms (median)": round(statistics.median(first), 1),
        f"{name}, ms computing in the web server": round((site.cpu_seconds() - before) * 1000 / times, 1),
    }


def _after_edits(site: Server, path: str, times: int) -> dict[str, float]:
    """Time the page as the first reader after an edit gets it: the edition asked for, made, packed and kept."""
    from events.models import Event
    from treatywatch.page_cache.editions import wait_until_seen

    connection, taken = Connection(Asked(site.port, path, _KEPT)), []
    for number in range(times):
        Event.objects.filter(slug="page-1").update(title=f"Edited for the {number}th time")
        wait_until_seen()
        began = time.perf_counter()
        connection.ask()
        taken.append((time.perf_counter() - began) * 1000)
    return {"the same page after an edit of one event, ms (median)": round(statistics.median(taken), 1)}


def _depth(site: Server, times: int) -> dict[str, float]:
    """Compare the first page of the statements with the deepest one that the pages link to."""
    few = max(20, times // 10)
    figures = _times("statements, page 1", site, "/statements/", few)
    figures |= _times("statements, deepest page", site, _deepest_page(), few)
    first, deepest = (figures[f"statements, {page}, ms (median)"] for page in ("page 1", "deepest page"))
    return figures | {"deepest page, ratio to page 1": round(deepest / first, 2)}


def _deepest_page() -> str:
    from events.models import Event
    from events.paging import NEWEST_FIRST, SIZE

    rows = Event.objects.published().filter(statement__isnull=False).order_by(*NEWEST_FIRST.keys)
    pages = -(-rows.count() // SIZE)
    if pages < 2:  # noqa: PLR2004
        return "/statements/"
    last = rows.values_list("slug", flat=True)[(pages - 1) * SIZE - 1]
    return f"/statements/?page={pages}&after={last}"


if __name__ == "__main__":
    main()
