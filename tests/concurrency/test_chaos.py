"""The promise under fire: a whole installation sends 5,000 alerts while everything in it is killed, again and again.

Counted from what the mail relay received, not from our own tables.
"""

from __future__ import annotations

import sys

import pytest

from treatywatch.bench.chaos import is_broken
from treatywatch.chaos.trial import Terms, run

pytestmark = pytest.mark.stack

ALERTS = 5000
SECONDS = 20
DEEDS = {
    "PostgreSQL killed",
    "Valkey flushed",
    "Valkey killed",
    "a sender asleep past its lease",
    "a sender killed",
    "beat killed",
    "the launcher killed",
    "the worker killed",
    "wake-ups doubled",
}


def show(line):
    print(line, file=sys.stderr)


def test_no_alert_is_lost_and_none_repeated_beyond_the_kills(tmp_path):
    figures = run(Terms(alerts=ALERTS, seconds=SECONDS, seed=1987), tmp_path, tell=show)
    assert set(figures["deeds"]) == DEEDS, "everything was killed at least once"
    assert figures["planned"] == ALERTS
    assert figures["lost"] == 0
    assert figures["after_unsubscribe"] == 0
    assert figures["repeats"] <= figures["kills"]
    assert figures["other_message_id"] == 0, "a repeat carries the Message-ID of the first"
    assert figures["strangers"] == 0
    assert figures["delivered"] + figures["refused"] >= ALERTS - figures["left"]
    assert not is_broken(figures)
