"""`./tw manage alerts_status [--json]`: ends with 1 when mail does not flow as it should."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from alerts.services.status import outbox_status

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Says how the outbox fares."""

    help = "Say what waits, is late, stuck, failed or held in the outbox; the exit code is 1 if something is wrong."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--json", action="store_true", help="Print the counts as JSON.")

    def handle(self, *_: Any, **options: Any) -> None:
        """Print, and end with 1 on trouble."""
        status = outbox_status(at=timezone.now())
        if options["json"]:
            self.stdout.write(json.dumps(status.as_dict(), indent=2))
        else:
            for name, value in status.as_dict().items():
                if name == "troubles":
                    continue
                # Not "None", which after "left today" would say the opposite of what it means.
                shown = "-" if value is None else value
                self.stdout.write(f"{name.replace('_', ' '):<22} {shown}")
            for trouble in status.flow.troubles:
                self.stdout.write(f"Trouble: {trouble}")
        if status.flow.troubles:
            sys.exit(1)
