"""`./tw bench search`: server time of a page of search results among a million statements, by kind of question.

The record is the invented one of `./tw bench pages`, indexed as `./tw manage index_search` does. The ceiling of the
same run is the page of a search for nothing: the form alone.
"""

from __future__ import annotations

import argparse
import os
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import django

from treatywatch.bench._options import add_statements
from treatywatch.bench._telling import tell

if TYPE_CHECKING:
    from collections.abc import Callable

# Each made of the number of the round and of how many treaties there are.
_QUESTIONS: dict[str, Callable[[int, int], str]] = {
    "form alone": lambda *_: "",
    "rare word": lambda n, _: f"q=ref{n * 7919 + 1}",
    "word in 500 rows": lambda n, _: f"q=sheet{n}",
    "word in 4,000 rows": lambda n, _: f"q=book{n}",
    "word in 17,000 rows": lambda n, _: f"q=volume{n % 60}",
    "common word": lambda n, _: f"q={('missile', 'notification', 'inspection', 'launchers', 'rejects')[n % 5]}",
    "three words": lambda n, _: f"q=missile+volume{n % 60}+rejects",
    "phrase": lambda n, _: f"q=%22{('missile+base', 'range+limits', 'nuclear+tests', 'data+exchange')[n % 4]}%22",
    "beginning": lambda n, _: f"q={('inspec', 'transp', 'morator', 'ground', 'volume1')[n % 5]}*",
    "name": lambda n, treaties: f"q=Bench+Treaty+{n % treaties + 1}",
    "party and word": lambda n, _: f"q={('Ruritania', 'Zenda', 'Orsinia')[n % 3]}+book{n}",
    "word under one treaty": lambda n, treaties: f"q=missile&treaty=bench-{n % treaties + 1}",
    "nothing found": lambda n, _: f"q=zzyzx{n}",
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="tw bench search", description=__doc__)
    parser.add_argument("--json", action="store_true")
    add_statements(parser)
    parser.add_argument("--times", type=int, default=60, help="questions of each kind (default: %(default)s)")
    options = parser.parse_args()
    django.setup()
    from django.core.management import call_command

    from treatywatch.bench import _record

    call_command("collectstatic", interactive=False, verbosity=0)

    began = time.perf_counter()
    _record.fill(options.statements, at=datetime.now(UTC))
    figures: dict[str, float] = {
        "statements on record": options.statements,
        "seconds to fill the record": round(time.perf_counter() - began),
    }
    figures |= index() | measure(options.times, options.statements)
    tell(figures, as_json=options.json)


def index() -> dict[str, float]:
    """Index the record as after a restore, and return how many seconds that took."""
    from events.search.rebuilding import rebuild

    began = time.perf_counter()
    rebuild(os.cpu_count() or 1, lambda _done, _of: None)
    return {"seconds to index it for the search": round(time.perf_counter() - began)}


def measure(times: int, statements: int) -> dict[str, float]:
    """Return the median and the 95th percentile of each kind of question, in milliseconds.

    `statements` says how many the record has been filled with.
    """
    from treatywatch.bench._record import treaties_of

    figures: dict[str, float] = {}
    everything: list[float] = []
    treaties = treaties_of(statements)
    for name, question in (_QUESTIONS | {"deep page of a common word": _deep_pages()}).items():
        taken = sorted(_milliseconds(question(number, treaties)) for number in range(times))
        figures[f"{name}, ms (median)"] = round(taken[times // 2], 1)
        figures[f"{name}, ms (95 %)"] = round(taken[int(times * 0.95)], 1)
        everything += taken if name != "form alone" else []
    everything.sort()
    return figures | {"all kinds, ms (95 %)": round(everything[int(len(everything) * 0.95)], 1)}


def _milliseconds(query: str) -> float:
    from django.test import RequestFactory

    from events.views.search import search_page

    request = RequestFactory(SERVER_NAME="localhost").get(f"/search/?{query}")
    began = time.perf_counter()
    response = search_page(request)
    taken = (time.perf_counter() - began) * 1000
    if response.status_code != 200:  # noqa: PLR2004
        raise RuntimeError(response.content.decode())
    return taken


def _deep_pages() -> Callable[[int, int], str]:
    """Return the addresses of pages that begin ever further back, nine tenths of all matches deep."""
    from events.search.windows import read_spread

    edges = read_spread().edges
    return lambda number, _: f"q=missile&after=d.{edges[len(edges) * (1 + number % 9) // 10]}.0"


if __name__ == "__main__":
    main()
