"""`./tw bench chaos --minutes N --seed S [--json]`: alerts go out while everything that sends them is killed at random.

Counted from what the mail relay received. Ctrl-C ends it early, with the figures so far.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from treatywatch.chaos.trial import Terms, run
from treatywatch.launcher.places import run_directory


def main() -> int:
    """Run the trial and print its figures; returns 1 if the promise was broken."""
    parser = argparse.ArgumentParser(prog="tw bench chaos", description=__doc__)
    parser.add_argument("--minutes", type=float, default=5, help="how long the killing goes on (default: %(default)s)")
    parser.add_argument("--alerts", type=int, default=5000, help="alerts in each wave (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1987, help="what the chances depend on (default: %(default)s)")
    parser.add_argument(
        "--cut-answers",
        type=int,
        default=0,
        metavar="N",
        help="of a thousand mails the relay takes so many and hangs up or falls silent (default: %(default)s)",
    )
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    terms = Terms(
        alerts=options.alerts, seconds=options.minutes * 60, seed=options.seed, cut_answers=options.cut_answers
    )
    with tempfile.TemporaryDirectory(prefix="chaos-", dir=run_directory()) as directory:
        figures = run(terms, Path(directory), tell=_tell)
    print(json.dumps(figures, indent=2) if options.json else _table(figures))
    return int(is_broken(figures))


def is_broken(figures: dict[str, int]) -> bool:
    """Say whether mail was lost, repeated more often than kills explain, or sent to whom it should not.

    A repeat of the very mail whose answer the relay has cut is no fault of ours: no client can know that it was taken.
    """
    wrong = ("lost", "other_message_id", "strangers", "after_unsubscribe")
    repeats = figures["repeats"] - figures["repeats_of_cut_answers"]
    return any(figures[name] for name in wrong) or repeats > figures["kills"]


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _table(figures: dict[str, object]) -> str:
    return "\n".join(f"{name.replace('_', ' '):<20} {value}" for name, value in figures.items())


if __name__ == "__main__":
    sys.exit(main())
