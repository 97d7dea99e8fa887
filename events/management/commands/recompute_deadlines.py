"""`./tw manage recompute_deadlines [--dry-run]`: what would change, then change it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from events.models import Deadline
from events.services import stored_differences

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Computes every deadline anew."""

    help = "Compute every deadline anew from clauses and triggers, and print what differs from what is stored."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--dry-run", action="store_true", help="Print the differences and change nothing.")

    def handle(self, *_: Any, **options: Any) -> None:
        """Recompute and print a diff."""
        differing = stored_differences(at=timezone.now(), keep=not options["dry_run"])
        for slug, (old, new) in differing.items():
            self.stdout.write(f"{slug}: {old} -> {new}")
        done = "would change" if options["dry_run"] else "changed"
        self.stdout.write(f"{len(differing)} of {Deadline.objects.count()} deadlines {done}.")
