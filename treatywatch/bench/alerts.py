"""`./tw bench alerts [--json]`: 20,000 alerts end to end against bare smtplib, other ways to send, planning, the sweep.

Ratios are to `smtplib.sendmail` of the same message over one connection to the same relay, measured in the same run.
The relay is ours, in processes of its own; how fast it takes mail from a sender that never waits is shown first. It
offers PIPELINING, which the outbox uses and smtplib does not: where answers are slow, the ratio may exceed 1. What
comes in one piece it answers in one piece, as RFC 2920 asks. One worker and two take turns; the median counts.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

import django

from treatywatch.bench._telling import tell

if TYPE_CHECKING:
    from collections.abc import Callable


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="tw bench alerts", description=__doc__)
    parser.add_argument("--alerts", type=int, default=20_000, help="sent end to end (default: %(default)s)")
    parser.add_argument("--subscribers", type=int, default=1_000_000, help="to one deadline (default: %(default)s)")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    django.setup()
    from treatywatch.bench import _planning, _sending

    figures: dict[str, float] = {}
    parts: list[tuple[str, Callable[[], dict[str, float]]]] = [
        ("an instant relay", lambda: _sending.against_instant_relay(options.alerts)),
        ("a relay that answers in 1 ms", lambda: _sending.against_slow_relay(options.alerts // 10)),
        ("planning and the sweep", lambda: _planning.planning(options.subscribers)),
    ]
    for name, part in parts:
        print(f"Measuring {name} …", file=sys.stderr, flush=True)
        figures |= part()
    tell(figures, as_json=options.json)


if __name__ == "__main__":
    main()
