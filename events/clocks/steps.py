"""Steps of a computation as data: what kind of step, of which values, in machine form, and the date it leads to.

The engine says nothing in any language: whoever shows a step puts it into words of the reader's. A kind, once used, and
the names of its values stay as they are, since steps are stored with what they lead to.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, NamedTuple

Value = str | int | date | tuple[str, ...]
Values = Mapping[str, Value]

NO_VALUES: Values = MappingProxyType({})
# The values that are days, of whatever kind of step.
_DAYS = frozenset(
    {"after", "before", "begun", "blocks", "closes", "day", "due", "first", "floor", "last", "opened", "until"}
)


class Step(NamedTuple):
    """One step of a computation, or the reason why there is no date."""

    kind: str
    values: Values = NO_VALUES
    operation: str = "note"
    result: date | None = None


def step_to_json(step: Step) -> dict[str, Any]:
    """Return the step as it is stored; `step_from_json` turns it back into an equal step."""
    return {
        "kind": step.kind,
        "values": {name: _plain(value) for name, value in step.values.items()},
        "operation": step.operation,
        "result": step.result.isoformat() if step.result else None,
    }


def step_from_json(data: Mapping[str, Any]) -> Step:
    """Return the step that was stored.

    Raises:
        KeyError: for a step of the time when sentences were stored instead of what they say.

    """
    values = {name: _value(name, value) for name, value in data["values"].items()}
    return Step(data["kind"], values, data["operation"], _day(data["result"]))


def _plain(value: Value) -> str | int | list[str]:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _value(name: str, value: Any) -> Value:
    if name in _DAYS:
        return date.fromisoformat(value)
    plain: Value = tuple(value) if isinstance(value, list) else value
    return plain


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
