"""All computed deadlines of the shipped record, as one reviewable file: a changed rule shows what it moves.

To accept a change: TW_ACCEPT_GOLDEN=1 ./tw test tests/clocks/test_golden.py, then read the diff before you commit it.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from events.models import Deadline
from events.services import recompute_all

GOLDEN = Path(__file__).with_name("golden_deadlines.txt")


def test_every_computed_deadline_is_as_reviewed(record):
    recompute_all(at=datetime(2026, 11, 24, 12, tzinfo=UTC))
    rows = Deadline.objects.order_by("slug").values_list("slug", "due_earliest", "due_latest", "state")
    computed = [f"{slug} {earliest} {latest} {state}" for slug, earliest, latest, state in rows]
    if os.environ.get("TW_ACCEPT_GOLDEN"):
        GOLDEN.write_text("\n".join(computed) + "\n")
    assert computed == GOLDEN.read_text().splitlines()
