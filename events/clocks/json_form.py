"""The versioned JSON form of a rule, as it stands in the database and in the shipped record."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import TYPE_CHECKING, Any

from events.clocks.errors import ClockError
from events.clocks.periods import Period
from events.clocks.rules import Rule
from events.clocks.thresholds import Threshold

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEMA = 1
_DATES = ("not_before", "fixed_on")
_PERIODS = ("lock_in", "window", "notice", "renewal")
_OBJECTS = {*_PERIODS, "threshold"}
_DEFAULTS = {field.name: field.default for field in fields(Rule) if field.init}
_NAMES = frozenset(_DEFAULTS)


def rule_from_json(data: Mapping[str, Any]) -> Rule:
    """Return the rule that the JSON object describes.

    Raises:
        ClockError: for a newer schema, an unknown key, a wrong value: a sentence names it.

    """
    _check_shape(data)
    values = {key: value for key, value in data.items() if key != "schema"}
    for name in _DATES:
        if name in values:
            values[name] = _day(name, values[name])
    for name in _PERIODS:
        if name in values:
            values[name] = Period(**_members(name, values[name], {"amount": int, "unit": str}))
    if "threshold" in values:
        values["threshold"] = _threshold(values["threshold"])
    return Rule(**values)


def rule_to_json(rule: Rule) -> dict[str, Any]:
    """Return the JSON object of a rule; `rule_from_json` turns it back into an equal rule."""
    values = {name: getattr(rule, name) for name in _DEFAULTS}
    told = {name: value for name, value in values.items() if value != _DEFAULTS[name]}
    return {"schema": SCHEMA} | {name: _plain(value) for name, value in told.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Period):
        return {"amount": value.amount, "unit": value.unit}
    if isinstance(value, Threshold):
        plain = {field.name: getattr(value, field.name) for field in fields(value)}
        return {name: list(held) if isinstance(held, tuple) else held for name, held in plain.items() if held}
    return value


def _threshold(data: Mapping[str, Any]) -> Threshold:
    members = _members("threshold", data, {"count": int, "named": list, "share": str, "base_size": int}, needed=False)
    return Threshold(**{**members, "named": tuple(str(name) for name in members.get("named", ()))})


def _members(name: str, data: Mapping[str, Any], types: Mapping[str, type], *, needed: bool = True) -> dict[str, Any]:
    """Return the members of an object after checking their names and types."""
    unknown = sorted(set(data) - set(types))
    missing = sorted(set(types) - set(data)) if needed else []
    if unknown or missing:
        raise ClockError(f"“{name}” {'has no' if unknown else 'needs its'} “{(unknown or missing)[0]}”.")
    for key, value in data.items():
        if not isinstance(value, types[key]) or isinstance(value, bool):
            raise ClockError(f"“{key}” in “{name}” cannot be {value!r}.")
    return dict(data)


def _check_shape(data: Mapping[str, Any]) -> None:
    schema = data.get("schema")
    if not isinstance(schema, int) or schema < 1:
        raise ClockError('A clock rule says which schema it is written in, such as "schema": 1.')
    if schema > SCHEMA:
        raise ClockError(f"This rule is written in schema {schema}; this version reads up to {SCHEMA}.")
    unknown = sorted(set(data) - _NAMES - {"schema"})
    if unknown:
        raise ClockError(f"A clock rule has no “{unknown[0]}”.")
    missing = [name for name in ("kind", "citation") if name not in data]
    if missing:
        raise ClockError(f"A clock rule needs its {missing[0]}.")
    for key, value in data.items():
        _check_type(key, value)


def _check_type(key: str, value: object) -> None:
    if key in _OBJECTS:
        if not isinstance(value, dict):
            raise ClockError(f"“{key}” should be an object, not {value!r}.")
        return
    wanted = int if key in {"amount", "schema"} else str
    if not isinstance(value, wanted) or isinstance(value, bool):
        raise ClockError(f"“{key}” should be {'a whole number' if wanted is int else 'text'}, not {value!r}.")


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ClockError(f"“{text}” in “{name}” is not a day; write it like 2019-02-02.") from error
