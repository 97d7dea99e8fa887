"""Options that several benches share."""

from __future__ import annotations

import argparse


def add_statements(parser: argparse.ArgumentParser) -> None:
    """Let whoever runs a bench say how many invented statements the record is to hold: one or more."""
    parser.add_argument("--statements", type=_some, default=1_000_000, help="on record (default: %(default)s)")


def _some(written: str) -> int:
    number = int(written)
    if number < 1:
        raise argparse.ArgumentTypeError("the record needs at least one statement")
    return number
