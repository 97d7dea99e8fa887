"""`./tw manage plan_alerts`: asks everybody what they want mailed; ends with 1 if the sweeps had missed some."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from alerts.services.planning import plan_for_everybody


class Command(BaseCommand):
    """Plans anew, without trusting what planning has noted."""

    help = "Ask all followers of everything what they want mailed; the exit code is 1 if sweeps had missed some."

    def handle(self, *_: Any, **_options: Any) -> None:
        """Plan, print, and end with 1 on a miss."""
        missed = plan_for_everybody(at=timezone.now())
        self.stdout.write(f"{missed} mails had been missed, and are planned now.")
        if missed:
            sys.exit(1)
