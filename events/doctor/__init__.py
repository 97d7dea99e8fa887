"""The record's doctor: what in the record cannot be right, or cannot be shown to be; each finding names its row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.doctor.clauses import computed_otherwise, unreadable_rules
from events.doctor.findings import Finding, Rows
from events.doctor.happenings import duplicates, near_duplicates, not_in_office, outside_a_treatys_life
from events.doctor.participation import (
    act_outside_a_treatys_life,
    acting_without_taking_part,
    against_the_clause,
    bound_without_joining,
    left_before_joining,
    twice_by_one_source,
)
from events.doctor.parties import bound_beside_the_successor, names_of_two
from events.doctor.texts import dead_references, long_quotations, without_source

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

__all__ = ["CHECKS", "Finding", "examine"]

CHECKS: dict[str, Callable[[], Rows]] = {
    "source": without_source,
    "life of the treaty": outside_a_treatys_life,
    "act outside the treaty's life": act_outside_a_treatys_life,
    "joining": bound_without_joining,
    "no part in the treaty": acting_without_taking_part,
    "order": left_before_joining,
    "overlap with the successor": bound_beside_the_successor,
    "office": not_in_office,
    "duplicates": duplicates,
    "near duplicates": near_duplicates,
    "overlap": twice_by_one_source,
    "references": dead_references,
    "quotations": long_quotations,
    "rules": unreadable_rules,
    "entry into force": against_the_clause,
    "names": names_of_two,
}

# What cannot be asked while a rule cannot be read.
_COMPUTING = {"entry into force"}


def examine(*, at: datetime) -> list[Finding]:
    """Run every check, as of the instant `at`, and return what it found; nothing is changed."""
    unreadable = [Finding("rules", row, sentence) for row, sentence in CHECKS["rules"]()]
    found = unreadable + [
        Finding(name, row, sentence)
        for name, check in CHECKS.items()
        if name != "rules" and not (unreadable and name in _COMPUTING)
        for row, sentence in check()
    ]
    if unreadable:
        return found
    return found + [Finding("stored dates", row, sentence) for row, sentence in computed_otherwise(at)]
