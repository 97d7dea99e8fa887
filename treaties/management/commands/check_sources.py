"""Report dead addresses, and sources not read for a long time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from treaties.address_check import check_addresses
from treaties.models import Source

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from datetime import datetime


class Command(BaseCommand):
    """Asks every address and names what does not answer; ends with 1 if there is a dead or stale one."""

    help = "Report sources whose address is dead, and sources last read long ago."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--stale-days", type=int, default=730, help="read longer ago than this many days: stale")
        parser.add_argument("--offline", action="store_true", help="only report stale sources; ask no address")
        parser.add_argument("--publisher", default="", help="only this publisher's")

    def handle(self, *_args: object, **options: Any) -> None:
        now = timezone.now()
        sources = Source.objects.order_by("publisher", "title")
        if options["publisher"]:
            sources = sources.filter(publisher__iexact=options["publisher"])
        faults = self._stale(sources, now - timedelta(days=options["stale_days"]))
        if not options["offline"]:
            faults += self._dead(list(sources.exclude(url="")), now)
        if faults:
            raise CommandError(f"{faults} sources need a look.")

    def _stale(self, sources: Any, before: datetime) -> int:
        stale = sources.filter(read_on__lt=before.date())
        for source in stale:
            self.stdout.write(f"stale: {source} was read on {source.read_on}")
        return len(stale)

    def _dead(self, sources: list[Source], now: datetime) -> int:
        dead = unreached = 0
        for number, answer in enumerate(check_addresses(sources, at=now), start=1):
            unreached += answer.is_network
            if answer.fault and not answer.is_network:
                dead += 1
                self.stdout.write(f"dead: {answer.source}: {answer.source.url} {answer.fault}")
            self.stderr.write(f"\r{number} of {len(sources)} addresses asked", ending="")
        self.stderr.write("")
        if unreached and unreached == len(sources):
            self.stdout.write("There is no network here: no address was checked.")
        elif unreached:
            self.stdout.write(f"{unreached} hosts are not known to the network here; nothing was noted of them.")
        return dead
