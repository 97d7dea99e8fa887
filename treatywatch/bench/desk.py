"""`./tw bench desk`: the desk's list of statements among a million rows, beside the same among a thousand.

The pages are asked of the application itself, signed in, in one process: what is measured is what the desk computes
and what it asks the database, without a network.
"""

from __future__ import annotations

import argparse
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import django
from django.core.management import call_command

from treatywatch.bench._options import add_statements
from treatywatch.bench._telling import tell

if TYPE_CHECKING:
    from django.test import Client

_LIST = "/admin/events/statement/"
_FORM = "/admin/events/statement/add/"
_PER_PAGE = 50
_ASKED = {
    "first page": "",
    "search, common word": "?q=inspection",
    "search, rare word": "?q=reference+437",
    "filter by stance": "?stance__exact=denies",
    "filter by treaty": "?treaty=bench-1",
    "filter by year": "?on=1999",
    "drafts": "?publication__exact=draft",
    "not verified": "?verified__exact=0",
}
_FEW = 1000
_DEEP_PAGE = 1000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="tw bench desk", description=__doc__)
    parser.add_argument("--json", action="store_true")
    add_statements(parser)
    parser.add_argument("--times", type=int, default=9, help="requests of each row (default: %(default)s)")
    options = parser.parse_args()
    django.setup()
    figures = _measure(options)
    tell(figures, as_json=options.json)


def _measure(options: argparse.Namespace) -> dict[str, float]:
    from django.test.utils import override_settings, setup_test_environment

    call_command("collectstatic", interactive=False, verbosity=0)
    setup_test_environment()
    # An editor who has signed in with both factors sees the same lists; the bench has no authenticator.
    with override_settings(SECOND_FACTOR=False):
        desk = _signed_in()
        few = _times(desk, _FEW, options.times)
        many = _times(desk, options.statements, options.times)
    figures: dict[str, float] = {"statements on record": options.statements}
    for name, (taken, beside_form) in many.items():
        among = few.get(name, few["first page"])[1]
        figures[f"{name}, ms (best)"] = round(taken, 1)
        figures[f"{name}, ratio to {_beside(name, few)}"] = round(beside_form / among, 2)
    return figures


def _beside(name: str, few: dict[str, tuple[float, float]]) -> str:
    return "the same among 1,000" if name in few else "the first page among 1,000"


def _signed_in() -> Client:
    from django.contrib.auth.models import User
    from django.test import Client

    desk = Client()
    desk.force_login(User.objects.create_superuser("bench"))
    return desk


def _times(desk: Client, statements: int, times: int) -> dict[str, tuple[float, float]]:
    """Return of each list its best time in milliseconds, and that in multiples of the form's.

    The form for a new statement costs the same however many there are: measured in turn with each list, it takes what
    else the machine does at the moment out of the comparison.
    """
    from treatywatch.bench import _record

    _record.empty()
    _record.fill(statements, at=datetime.now(UTC))
    has_deep_page = statements > _DEEP_PAGE * _PER_PAGE
    asked = _ASKED | ({f"page {_DEEP_PAGE}": f"?p={_DEEP_PAGE}"} if has_deep_page else {})
    return {name: _beside_the_form(desk, _LIST + query, times) for name, query in asked.items()}


def _beside_the_form(desk: Client, address: str, times: int) -> tuple[float, float]:
    # The first of each warms the caches.
    pairs = [(_milliseconds(desk, address), _milliseconds(desk, _FORM)) for _ in range(times + 1)][1:]
    taken, form = (min(column) for column in zip(*pairs, strict=True))
    return taken, taken / form


def _milliseconds(desk: Client, address: str) -> float:
    began = time.perf_counter()
    answer = desk.get(address)
    if answer.status_code != 200:  # noqa: PLR2004
        raise RuntimeError(f"{address} answered {answer.status_code}.")
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
