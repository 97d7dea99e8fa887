"""`./tw manage recompute_deadlines [--dry-run]`: what would change, then change it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from events.models import Deadline
from events.services import recompute_all

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
        with transaction.atomic():
            before = _all()
            recompute_all(at=timezone.now())
            after = _all()
            transaction.set_rollback(options["dry_run"])
        lines = list(_diff(before, after))
        for line in lines:
            self.stdout.write(line)
        done = "would change" if options["dry_run"] else "changed"
        self.stdout.write(f"{len(lines)} of {len(after)} deadlines {done}.")


def _all() -> dict[str, str]:
    rows = Deadline.objects.order_by("slug").values_list("slug", "due_earliest", "due_latest", "state")
    return {slug: f"{earliest} to {latest}, {state}" for slug, earliest, latest, state in rows.iterator()}


def _diff(before: dict[str, str], after: dict[str, str]) -> Any:
    for slug in sorted(before.keys() | after.keys()):
        old, new = before.get(slug, "not there"), after.get(slug, "not there")
        if old != new:
            yield f"{slug}: {old} -> {new}"
