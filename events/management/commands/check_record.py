"""`./tw manage check_record [--json]`: the record's doctor."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from events.doctor import examine

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Says what in the record cannot be right."""

    help = "Examine the record and name every row that cannot be right; the exit code is 1 if there is one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--json", action="store_true", help="Print the findings as JSON.")

    def handle(self, *_: Any, **options: Any) -> None:
        """Examine, print, end with 1 on a finding."""
        found = examine(at=timezone.now())
        if options["json"]:
            self.stdout.write(json.dumps([asdict(one) for one in found], indent=2, ensure_ascii=False))
        else:
            for one in found:
                self.stdout.write(f"{one.check}: {one.row} {one.sentence}")
            self.stdout.write(f"{len(found)} findings.")
        if found:
            sys.exit(1)
