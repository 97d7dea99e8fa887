"""Load the shipped record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from events.record import RecordError, Take, load_record
from treaties.models import Treaty

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Adds the shipped rows that are missing; rows that stand are overwritten only if the operator says so."""

    help = (
        "Add what the shipped record has and the database lacks; tell field by field which rows differ, and give "
        "those that are asked for the shipped values."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--first-time", action="store_true", help="do nothing if there is any treaty already")
        parser.add_argument(
            "--take",
            action="append",
            default=[],
            metavar="KEY",
            help="give this row the shipped values, such as event/us-gives-notice-2019-02-02; may be repeated",
        )
        parser.add_argument(
            "--take-unedited",
            action="store_true",
            help="give the shipped values to every differing row that nobody has changed since it was loaded",
        )

    def handle(self, *_args: object, **options: Any) -> None:
        """Load, and tell what was kept and what was taken."""
        if options["first_time"] and Treaty.objects.exists():
            return
        take = Take(frozenset(options["take"]), options["take_unedited"])
        try:
            loaded = load_record(settings.BASE_DIR / "fixtures", at=timezone.now(), take=take)
        except RecordError as error:
            raise CommandError(str(error)) from error
        with connection.cursor() as cursor:
            # Without statistics the planner takes thousands of rows for a handful, and the first pages are slow.
            cursor.execute("ANALYZE")
        for one in loaded.taken:
            self.stdout.write(f"Taken from the shipped record: {one}")
        for one in loaded.kept:
            self.stdout.write(f"Kept as it stands: {one}")
        self.stdout.write(
            f"{loaded.added} rows added, {loaded.present} already there, {len(loaded.taken)} taken, "
            f"{len(loaded.kept)} kept though they differ, {loaded.deadlines} deadlines changed."
        )
