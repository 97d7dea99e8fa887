"""Kept work as an editor reads it: the labels of the form, and names with links in the place of keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils.choices import flatten_choices
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from treaties.keys import is_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.contrib.admin import ModelAdmin
    from django.http import HttpRequest

    from treatywatch.accounts.kept_work import Work

# What the desk's own pages add to a form, where it is typed and no button.
_OF_THE_DESK = {"_reason": gettext_lazy("For the reviewer"), "_note": gettext_lazy("Public note")}


@dataclass(frozen=True)
class Said:
    """One value of a field; `address` leads to the row that it names."""

    text: str
    address: str = ""


@dataclass(frozen=True)
class Line:
    """One field with what was typed into it."""

    label: str
    values: list[Said]


@dataclass(frozen=True)
class Told:
    """A kept form: `what` kind of row it is about, empty where that is not known."""

    work: Work
    what: str
    lines: list[Line]


def told(request: HttpRequest, work: Work) -> Told:
    """Return kept work in words."""
    admin = _admin_of(work["address"])
    fields = dict(_fields(request, admin)) if admin else {}
    lines = [_line(name, values, fields) for name, values in work["fields"] if _is_typed(name, fields)]
    what = capfirst(str(admin.opts.verbose_name)) if admin else ""
    return Told(work, what, [line for line in lines if line.values])


def _admin_of(address: str) -> ModelAdmin[Any] | None:
    try:
        view = resolve(address.partition("?")[0]).func
    except Resolver404:
        return None
    return getattr(view, "model_admin", None)


def _fields(request: HttpRequest, admin: ModelAdmin[Any]) -> Iterator[tuple[str, tuple[str, Any]]]:
    """Yield name, label and field of all that the form asks, of the rows that hang on it by number."""
    for name, field in admin.get_form(request).base_fields.items():
        yield name, (str(field.label or name), field)
    for formset, inline in admin.get_formsets_with_inlines(request):
        for name, field in formset.form.base_fields.items():
            label = f"{capfirst(str(inline.opts.verbose_name))} %s: {field.label or name}"
            yield f"{formset.get_default_prefix()}-#-{name}", (label, field)


def _is_typed(name: str, fields: dict[str, Any]) -> bool:
    """Say whether the field was typed in by somebody, and not sent along by the page."""
    if name.startswith("_"):
        return name in _OF_THE_DESK
    return not fields or _numberless(name)[0] in fields


def _numberless(name: str) -> tuple[str, int]:
    """Return a name as `_fields` has it, and the number of the row in which it stands, counted from one."""
    prefix, *inner = name.split("-", 2)
    if len(inner) == len(["number", "field"]) and is_key(inner[0]):
        return f"{prefix}-#-{inner[1]}", int(inner[0]) + 1
    return name, 0


def _line(name: str, values: list[str], fields: dict[str, tuple[str, Any]]) -> Line:
    if name in _OF_THE_DESK:
        return Line(str(_OF_THE_DESK[name]), [Said(one) for one in values if one])
    known, number = _numberless(name)
    label, field = fields.get(known, (capfirst(name.replace("_", " ")), None))
    said = [one for value in values if value for one in _said(field, value)]
    return Line(label % number if number else label, said)


def _said(field: Any, value: str) -> list[Said]:
    if isinstance(field, forms.ModelChoiceField):
        return [_row(field, value)]
    if isinstance(field, forms.BooleanField):
        return [Said(_("Yes"))]
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        pairs: Any = flatten_choices(choices)
        return [Said(str({str(one): label for one, label in pairs}.get(value, value)))]
    return [Said(value)]


def _row(field: forms.ModelChoiceField[Any], value: str) -> Said:
    model = field.queryset.model  # type: ignore[union-attr]  # a field of a form's own always has one
    row = model._base_manager.filter(pk=value).first() if is_key(value) else None
    if row is None:
        named = {"what": model._meta.verbose_name, "key": value}
        return Said(_("%(what)s that is no longer on record (%(key)s)") % named)
    try:
        return Said(str(row), reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk]))
    except NoReverseMatch:
        return Said(str(row))
