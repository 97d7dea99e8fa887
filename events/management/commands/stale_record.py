"""Name what has not been looked at for too long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from events.rechecks import ENDING_DAYS, REVIEW_DAYS, clocks_ending_unchecked, treaties_not_reviewed

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Ends with 1 if something waits for a look."""

    help = "Report treaties not reviewed for long, and clocks that end soon and were never re-checked."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=int, default=REVIEW_DAYS, help="a treaty is looked at this often")
        parser.add_argument(
            "--ends-within", type=int, default=ENDING_DAYS, help="days before a date that it is re-checked"
        )

    def handle(self, *_args: object, **options: Any) -> None:
        now = timezone.now()
        treaties = treaties_not_reviewed(at=now, days=options["days"])
        for treaty in treaties:
            since = treaty.last_review.date() if treaty.last_review else "never"
            self.stdout.write(f"not reviewed for {options['days']} days: {treaty} (last: {since})")
        clocks = clocks_ending_unchecked(at=now, days=options["ends_within"])
        for clock in clocks:
            left = (clock.due - now.date()).days if clock.due else 0
            self.stdout.write(f"ends in {left} days, never re-checked: {clock.provision.treaty}: {clock}")
        if treaties or clocks:
            raise CommandError(f"{len(treaties)} treaties and {len(clocks)} clocks wait for a look.")
