"""Load the shipped record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from events.record import RecordError, load_record
from treaties.models import Treaty

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Adds the shipped rows that are missing; rows that stand are never overwritten."""

    help = "Add what the shipped record has and the database lacks; name rows that differ and were kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--first-time", action="store_true", help="do nothing if there is any treaty already")

    def handle(self, *_args: object, **options: Any) -> None:
        if options["first_time"] and Treaty.objects.exists():
            return
        try:
            loaded = load_record(settings.BASE_DIR / "fixtures", at=timezone.now())
        except RecordError as error:
            raise CommandError(str(error)) from error
        with connection.cursor() as cursor:
            # Without statistics the planner takes thousands of rows for a handful, and the first pages are slow.
            cursor.execute("ANALYZE")
        for name in loaded.kept:
            self.stdout.write(f"Kept as it stands, though the shipped record differs: {name}")
        self.stdout.write(
            f"{loaded.added} rows added, {loaded.present} already there, {loaded.deadlines} deadlines changed."
        )
