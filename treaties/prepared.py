"""Questions that a connection has PostgreSQL read, and as a rule plan, only once.

For most of what a page asks, that takes longer than the answer.
Left to itself PostgreSQL plans a question anew the first five times that it is asked, and later too where it expects
the plan for all values to cost more than a plan for each (`plan_cache_mode`).
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, connections

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# What each connection to the server has prepared; a new one has prepared nothing.
_NAMES: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()
# Sent along with the question: it holds for that, or until the transaction ends or the next one says otherwise.
_PLANS = {
    True: "SET LOCAL plan_cache_mode = force_generic_plan; ",
    False: "SET LOCAL plan_cache_mode = auto; ",
    None: "",
}


@dataclass(frozen=True)
class Prepared:
    """A question as it is prepared, and as it is asked with a %s for each of its values."""

    name: str
    prepare: str
    execute: str

    @classmethod
    def of(cls, text: str, types: Sequence[str], *, is_planned_once: bool | None = None) -> Prepared:
        """Return the question of this text, with places $1, $2, … for values of these types of the database.

        One plan is enough for it if the same is best for all values, as where rows are found by a key. None leaves that
        to what the transaction has set.
        """
        # Named by what it asks, so that no two questions ever share a name.
        name = f"asked_{sha256(f'{types} {text}'.encode()).hexdigest()[:24]}"
        return cls(
            name,
            f"PREPARE {name}{_in_brackets(types)} AS {text}",
            f"{_PLANS[is_planned_once]}EXECUTE {name}{_in_brackets('%s' for _ in types)}",
        )

    def execution(self) -> str:
        """Return the statement that asks it, once the present connection has it prepared."""
        own = connections[DEFAULT_DB_ALIAS]
        # Django may find that the old connection is gone, and make another one, which has nothing prepared.
        own.close_if_health_check_failed()
        own.ensure_connection()
        if own.connection not in _NAMES:
            # Nothing is left of what a migration has made stale.
            _tell(own, "DEALLOCATE ALL")
            _NAMES[own.connection] = set()
        if self.name not in _NAMES[own.connection]:
            _tell(own, self.prepare)
            _NAMES[own.connection].add(self.name)
        return self.execute


def _tell(own: Any, command: str) -> None:
    with own.wrap_database_errors, own.connection.cursor() as cursor:
        # Past Django's own count of questions: this asks the record nothing.
        cursor.execute(command)


def _in_brackets(parts: Iterable[str]) -> str:
    # Empty brackets are no SQL.
    listed = ", ".join(parts)
    return f"({listed})" if listed else ""


def forget_prepared() -> None:
    """Have the present connection prepare everything anew, from its next question on."""
    _NAMES.pop(connections[DEFAULT_DB_ALIAS].connection, None)
