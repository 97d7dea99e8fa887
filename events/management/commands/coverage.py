"""`./tw manage coverage [--json]`: how complete the record is, treaty by treaty."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from events.coverage import Counts, Coverage, total, whole_coverage

if TYPE_CHECKING:
    from argparse import ArgumentParser

_COLUMNS = ("treaty", "events", "unverified", "clauses", "parties", "acts", "unverified", "derived", "disputed", "%")
_LINE = "{:<32}{:>7}{:>11}{:>8}{:>8}{:>7}{:>11}{:>8}{:>9}{:>5}  {}"


class Command(BaseCommand):
    """Prints what /coverage/ shows."""

    help = "Print for each treaty how many rows are on record, unverified, derived and disputed, and as of when."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--json", action="store_true", help="Print the rows as JSON.")

    def handle(self, *_: Any, **options: Any) -> None:
        """Count and print."""
        rows = whole_coverage(day=timezone.now().date())
        if options["json"]:
            told = list(rows)
            listed = {"treaties": [one.as_dict() for one in told], "total": asdict(total(told))}
            self.stdout.write(json.dumps(listed, indent=2))
            return
        self.stdout.write(_LINE.format(*_COLUMNS, "as of"))
        everything = Counts()
        for one in rows:
            everything += one.counts
            self.stdout.write(_line(one.treaty.slug, one.counts, one))
        self.stdout.write(_line("all", everything, None))


def _line(name: str, counts: Counts, row: Coverage | None) -> str:
    share = "" if counts.verified_share is None else counts.verified_share
    return _LINE.format(
        name,
        counts.events,
        counts.unverified_events,
        counts.clauses,
        counts.participations,
        counts.acts,
        counts.unverified_acts,
        counts.derived_acts,
        counts.disputed,
        share,
        (row.as_of or "") if row else "",
    ).rstrip()
