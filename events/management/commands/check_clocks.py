"""`./tw manage check_clocks FILE.csv [--json]`: the engine against recorded cases."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from events.clock_cases import CaseFileError, CheckedCase, CheckedCases, check_file

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Compares computed dates with recorded ones."""

    help = (
        "Compute every case of a CSV file and compare with its recorded date; the exit code is 1 on a mismatch or on a "
        "row that cannot be read."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("file", type=Path, help="A CSV file with a trigger and an effect date in each row.")
        parser.add_argument("--json", action="store_true", help="Print the result as JSON.")

    def handle(self, *_: Any, **options: Any) -> None:
        """Check, print, end with 1 on a mismatch."""
        try:
            checked = check_file(options["file"])
        except CaseFileError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(_as_json(checked) if options["json"] else _as_text(checked))
        if checked.mismatched or any(case.is_unreadable for case in checked.not_computable):
            sys.exit(1)


def _as_json(checked: CheckedCases) -> str:
    told = {
        "matched": len(checked.matched),
        "mismatched": [case.as_dict() for case in checked.mismatched],
        "not_computable": [case.as_dict() for case in checked.not_computable],
    }
    return json.dumps(told, indent=2, ensure_ascii=False)


def _as_text(checked: CheckedCases) -> str:
    lines = [line for case in checked.mismatched for line in _mismatch(case)]
    lines += [f"{case.row['id']}: not computable. {case.reason}" for case in checked.not_computable]
    counts = (checked.matched, checked.mismatched, checked.not_computable)
    matched, mismatched, not_computable = (len(rows) for rows in counts)
    return "\n".join([*lines, f"{matched} matched, {mismatched} mismatched, {not_computable} not computable."])


def _mismatch(case: CheckedCase) -> list[str]:
    row = case.row
    opening = (
        f"{row['id']}: {row['treaty']} {row['article']}: recorded {row['effect_date']}, computed {case.computed} "
        f"(by {case.rule_from})"
    )
    return [opening, *(f"    {step}" for step in case.steps)]
