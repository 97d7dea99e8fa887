"""`./tw manage index_search [--workers N]`: the search indexed anew."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from events.search.rebuilding import RebuildError, rebuild

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Indexes everything published anew."""

    help = (
        "Index everything published anew for the search, as after a restore. Until it is done the search answers from "
        "the old index and whoever saves an entry waits; interrupted, it leaves everything as it was."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--workers",
            type=int,
            default=min(os.cpu_count() or 1, 8),
            help="Connections that read at once (default: one for each processor, 8 at most).",
        )

    def handle(self, *_: Any, **options: Any) -> None:
        """Index, and tell how far it has come."""
        try:
            count = rebuild(max(1, options["workers"]), self._tell)
        except RebuildError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{count} documents indexed.")

    def _tell(self, done: int, of: int) -> None:
        self.stderr.write(f"\r{done * 100 // of} % read", ending="\n" if done == of else "")
        self.stderr.flush()
