"""A row as plain data: what an editor typed, free of everything that is computed, comparable and writable again.

Columns by name (a reference by its key, a day as ISO 8601), lists as sorted keys, children as a list of the same with
their `id`, which is None for one that is new.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.db.models import Field

    from events.editorial.kinds import ChildKind, RowKind

Values = dict[str, Any]


@dataclass(frozen=True)
class Difference:
    """One field before and after, in words."""

    field: str
    name: str
    before: str
    after: str

    def as_json(self) -> dict[str, str]:
        """Return it as `Change.differences` keeps it."""
        return asdict(self)


def values_of(kind: RowKind, row: Any) -> Values:
    """Return the row's values, its children's among them."""
    values = {field.name: _plain(field.value_from_object(row)) for field in kind.columns}
    values |= {one.name: sorted(getattr(row, one.name).values_list("pk", flat=True)) for one in kind.lists}
    return values | {child.name: [_child(child, one) for one in child.of(row.pk)] for child in kind.children}


def _child(kind: ChildKind, row: Any) -> Values:
    return {"id": row.pk} | {field.name: _plain(field.value_from_object(row)) for field in kind.columns}


def _plain(value: Any) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return value if value is None or isinstance(value, (bool, int, str, list, dict)) else str(value)


def changed(base: Mapping[str, Any], values: Mapping[str, Any]) -> Values:
    """Return those of the values that differ from `base`; all of them where there is none."""
    return {name: value for name, value in values.items() if name not in base or base[name] != value}


def with_new_children(kind: RowKind, base: Mapping[str, Any], values: Mapping[str, Any]) -> Values:
    """Return the values with None for the id of each child that `base` does not have: its key was never kept."""
    renewed = dict(values)
    for child in kind.children:
        known = {one["id"] for one in base.get(child.name, [])}
        if child.name in renewed:
            renewed[child.name] = [one if one["id"] in known else one | {"id": None} for one in renewed[child.name]]
    return renewed


def merged(kind: RowKind, base: Mapping[str, Any], proposed: Mapping[str, Any], live: Mapping[str, Any]) -> Values:
    """Return what is to be written for `proposed`, made on `base`, onto `live`: children one by one, the rest whole."""
    wanted = dict(proposed)
    for child in kind.children:
        if child.name in wanted:
            wanted[child.name] = _merged_children(
                base.get(child.name, []), wanted[child.name], live.get(child.name, [])
            )
    return wanted


def _merged_children(base: list[Values], proposed: list[Values], live: list[Values]) -> list[Values]:
    was, wanted = {one["id"]: one for one in base}, {one["id"]: one for one in proposed if one["id"] is not None}
    kept = []
    for one in live:
        key = one["id"]
        if key in was and key not in wanted:
            continue
        touched = key in wanted and wanted[key] != was.get(key)
        kept.append(wanted[key] if touched else one)
    return kept + [one for one in proposed if one["id"] is None]


def standing_only(kind: RowKind, values: Mapping[str, Any]) -> Values:
    """Return the values without what is no longer on record in their lists: a version of long ago may name it."""
    lists = {
        one.name: sorted(one.related_model._base_manager.filter(pk__in=values[one.name]).values_list("pk", flat=True))
        for one in kind.lists
    }
    return {**values, **lists}


def digest(*parts: Any) -> str:
    """Return a fingerprint of plain data; equal data have equal ones."""
    text = json.dumps(parts, sort_keys=True, cls=DjangoJSONEncoder)
    return hashlib.sha256(text.encode()).hexdigest()


def differences(kind: RowKind, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> list[Difference]:
    """Return field by field, in words, what differs; None stands for a row that is not there."""
    old, new = before or {}, after or {}
    found: list[Difference] = []
    for name in dict.fromkeys((*old, *new)):
        if old.get(name) == new.get(name):
            continue
        child = next((one for one in kind.children if one.name == name), None)
        if child:
            found += _child_differences(kind, child, old.get(name) or [], new.get(name) or [])
        else:
            was, now = in_words(kind, name, old.get(name)), in_words(kind, name, new.get(name))
            found += [Difference(name, kind.label_of(name), was, now)] if was != now else []
    return found


def _child_differences(kind: RowKind, child: ChildKind, old: list[Values], new: list[Values]) -> list[Difference]:
    was, now = {one["id"]: one for one in old}, {one["id"]: one for one in new if one["id"] is not None}
    pairs: list[tuple[Values | None, Values | None]] = [(one, now.get(key)) for key, one in was.items()]
    pairs += [(None, one) for one in new if one["id"] not in was]
    label = kind.label_of(child.name)
    return [
        Difference(child.name, label, _child_words(child, before), _child_words(child, after))
        for before, after in pairs
        if before != after
    ]


def child_lines(kind: RowKind, name: str, values: list[Values] | None) -> str:
    """Return a list of children in words, one a line."""
    child = next(one for one in kind.children if one.name == name)
    return "\n".join(_child_words(child, one) for one in values or [])


def _child_words(child: ChildKind, values: Values | None) -> str:
    if values is None:
        return ""
    parts = [(field, field_words(field, values.get(field.name))) for field in child.columns]
    return "; ".join(f"{field.verbose_name}: {words}" for field, words in parts if words)


def in_words(kind: RowKind, name: str, value: Any) -> str:
    """Return a value as an editor reads it: names instead of keys, labels instead of codes."""
    many = next((one for one in kind.lists if one.name == name), None)
    if many:
        return "; ".join(sorted(str(one) for one in many.related_model._base_manager.filter(pk__in=value or [])))
    return field_words(kind.model._meta.get_field(name), value)


def field_words(field: Field[Any, Any], value: Any) -> str:
    """Return a column's value in words."""
    if value is None or value in ("", []):
        return ""
    if field.remote_field:
        return str(field.remote_field.model._base_manager.filter(pk=value).first() or f"({value})")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (dict, list)):
        return ", ".join(map(str, value)) if isinstance(value, list) else json.dumps(value, ensure_ascii=False)
    return str(value)


def word_differences(before: str, after: str) -> Iterable[tuple[str, str]]:
    """Yield the two texts as pieces, each marked "same", "gone" or "new", compared word by word."""
    from difflib import SequenceMatcher

    old, new = before.split(" "), after.split(" ")
    for what, start, end, new_start, new_end in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if what == "equal":
            yield "same", " ".join(old[start:end])
            continue
        if end > start:
            yield "gone", " ".join(old[start:end])
        if new_end > new_start:
            yield "new", " ".join(new[new_start:new_end])
