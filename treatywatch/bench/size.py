"""`./tw bench size`: every kind of address of a wide record, and entering in it, beside a narrow one.

What a page costs may not grow with the number of treaties, statements or clocks on record. The pages are asked of the
application itself, in one process and made anew each time. Each is told when it has been measured, with its status,
its bytes (uncompressed), the best time to its first byte and to its end, the number of its questions and the slowest of
them, the pages that the database looked at, and the memory by which this process grew. A long export is read for some
seconds only (`--longest`), and marked so. At the end stands what the indexes of texts cost an editor's save.

The promised size is `--treaties 250000 --long 10000`: with four statements under each treaty, a million and more.
"""

from __future__ import annotations

import argparse
import sys
import time
from functools import partial
from typing import TYPE_CHECKING

import django
from django.core.management import call_command

from treatywatch.bench._telling import tell
from treatywatch.launcher.places import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from treatywatch.bench._costs import Body, Cost

_BROKEN = 500
_SLOWEST = 10
# What takes longer is asked for once: nobody waits for its best time.
_ASKED_ONCE = 5_000  # ms
_COLUMNS = "{:>6} {:>11} {:>9} {:>9} {:>5} {:>8} {:>8} {:>5}"
_HEADING = _COLUMNS.format("status", "bytes", "first ms", "whole ms", "asked", "slowest", "db MB", "+MB")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="tw bench size", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--treaties", type=int, default=20_000, help="in the wide record (default: %(default)s)")
    parser.add_argument("--narrow", type=int, default=2_000, help="in the narrow record (default: %(default)s)")
    parser.add_argument("--long", type=int, default=2_000, help="events of one treaty (default: %(default)s)")
    parser.add_argument("--times", type=int, default=3, help="requests of each row (default: %(default)s)")
    parser.add_argument("--longest", type=float, default=5, help="seconds for a long export (default: %(default)s)")
    parser.add_argument("--only", default="", help="addresses that contain this (default: all)")
    options = parser.parse_args()
    django.setup()
    try:
        costs = _measure(options)
    except KeyboardInterrupt:
        sys.exit("Stopped.")
    if broken := [name for name, cost in costs.items() if cost.status >= _BROKEN]:
        sys.exit(f"Not answered: {', '.join(broken)}")


def _measure(options: argparse.Namespace) -> dict[str, Cost]:
    from treatywatch.bench._entering import index_cost
    from treatywatch.bench._wide_record import STATEMENTS_OF_A_TREATY

    call_command("collectstatic", interactive=False, verbosity=0)
    began = time.perf_counter()
    narrow = _of_record("narrow", options.narrow, options)
    wide = _of_record("wide", options.treaties, options)
    figures: dict[str, object] = {
        "treaties on record": options.treaties,
        "statements on record": options.treaties * STATEMENTS_OF_A_TREATY + options.long,
        "seconds in all": round(time.perf_counter() - began),
    }
    figures |= index_cost()
    for name, cost in wide.items():
        figures[name] = _told(cost, cost.first / narrow[name].first, as_json=options.json)
    for place, (name, cost) in enumerate(_slowest(wide), start=1):
        figures[f"slowest, {place}"] = f"{cost.first:.0f} ms to the first byte, {cost.whole:.0f} in all: {name}"
    tell(figures, as_json=options.json)
    return wide


def _of_record(kind: str, treaties: int, options: argparse.Namespace) -> dict[str, Cost]:
    from treatywatch.bench import _wide_record

    statements = treaties * _wide_record.STATEMENTS_OF_A_TREATY + options.long
    say(f"Filling the {kind} record: {treaties} treaties, {statements} statements …")
    _wide_record.fill(treaties, long=options.long)
    say(f"Measuring the {kind} record:\n{_HEADING}")
    costs = {}
    for name, cost in _costs(options):
        costs[name] = cost
        print(f"{_row(cost)}  {name}", file=sys.stderr, flush=True)
    return costs


def _costs(options: argparse.Namespace) -> Iterator[tuple[str, Cost]]:
    from django.test import Client

    from treatywatch.bench import _addresses
    from treatywatch.bench._costs import done, read
    from treatywatch.bench._entering import enter

    # Names nobody, but whoever sends a session gets the page made anew.
    client = Client(HTTP_COOKIE="sessionid=none", SERVER_NAME="localhost")
    steps: dict[str, Callable[[], Body]] = {"entering a statement": partial(done, enter)}
    for name, address in _addresses.addresses():
        steps[name] = partial(read, client, address, longest=options.longest)
    for name, step in steps.items():
        if options.only in name:
            yield name, _best(step, options.times)


def _best(step: Callable[[], Body], times: int) -> Cost:
    """Return the least that the step costs; it is taken once if that is long."""
    from treatywatch.bench._costs import cost_of

    best = cost_of(step)
    for _ in range(times - 1 if best.whole < _ASKED_ONCE and not best.is_cut else 0):
        again = cost_of(step)
        # The process grows by what it keeps from the first time on.
        best = min(best, again, key=lambda one: one.whole)._replace(memory=max(best.memory, again.memory))
    return best


def _slowest(costs: dict[str, Cost]) -> list[tuple[str, Cost]]:
    return sorted(costs.items(), key=lambda pair: pair[1].first, reverse=True)[:_SLOWEST]


def _told(cost: Cost, ratio: float, *, as_json: bool) -> object:
    if as_json:
        return cost._asdict() | {"ratio to the narrow record": round(ratio, 2)}
    return f"{_row(cost)} {ratio:>6.2f} x narrow"


def _row(cost: Cost) -> str:
    whole = f"{'>' if cost.is_cut else ''}{cost.whole:.1f}"
    times = f"{cost.first:.1f}", whole, cost.questions, f"{cost.slowest:.1f}"
    return _COLUMNS.format(cost.status, f"{cost.bytes:,}", *times, f"{cost.buffers:.1f}", f"{cost.memory:.0f}")


if __name__ == "__main__":
    main()
