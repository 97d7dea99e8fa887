"""What an address may ask of a list: one reading, one canonical order, one way to take a choice back.

A page declares its parameters once. Reading refuses what cannot be understood, in words; writing gives the one
canonical address of what was asked, from which links, chips and redirects are made.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from events.dates import DateError, span
from events.naming import alike, named
from treaties.models import Party, Treaty

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    from django.http import QueryDict
    from django_stubs_ext import StrOrPromise

# Put into addresses by those who share them; they ask nothing of us.
_OTHERS = ("utm_", "fbclid", "gclid", "mc_")


class FilterError(ValueError):
    """A parameter that cannot be read; the message says which, and what to write; `way_back` is a query that works."""

    def __init__(self, message: str, way_back: str | None = None) -> None:
        super().__init__(message)
        self.way_back = way_back

    def offers(self, _query: QueryDict) -> list[tuple[str, str]]:
        """Return what may have been meant: words, and the query that asks for it."""
        return []


class UnknownNameError(FilterError):
    """A name, given as the parameter `name`, that nothing on record bears; `alike` are the rows most like it."""

    def __init__(self, message: str, name: str, alike: list[Any]) -> None:
        super().__init__(message)
        self.name = name
        self.alike = alike

    def offers(self, query: QueryDict) -> list[tuple[str, str]]:
        """Return the rows that may have been meant, each with the same question about it, from the first page on."""
        changed = query.copy()
        for place in ("page", "after"):
            changed.pop(place, None)
        offered = []
        for row in self.alike:
            changed[self.name] = row.slug
            offered.append((str(row), changed.urlencode()))
        return offered


def row_named(rows: Any, name: str, text: str, sentence: str) -> Any:
    """Return the row that the parameter `name` names; `sentence` says that there is none.

    Raises:
        UnknownNameError: if nothing, or more than one row, bears the name.

    """
    found = named(rows, text)
    if found is None:
        raise UnknownNameError(sentence, name, alike(rows, text))
    return found


@dataclass(frozen=True)
class Parameter:
    """One parameter: its name in the address, and its label on the page; as it stands, free text."""

    name: str
    label: StrOrPromise = ""

    def read(self, values: list[str]) -> Any:
        """Return the value of what the address gives, blanks left out; "" or None if it gives nothing.

        Raises:
            FilterError: if it cannot be read.

        """
        if len(values) > 1:
            raise FilterError(_("“%(name)s” is given more than once; give it once.") % {"name": self.name})
        return self.parse(values[0]) if values else self.parse("")

    def parse(self, text: str) -> Any:
        """Return the value of one text."""
        return text

    def written(self, value: Any) -> list[str]:
        """Return the value as the address writes it."""
        return [str(value)] if value else []

    def words(self, written: str) -> str:
        """Return one written value as a reader sees it."""
        return _("%(label)s: %(value)s") % {"label": self.label, "value": written} if self.label else str(written)


@dataclass(frozen=True)
class Choice(Parameter):
    """One of a few values, each with its label."""

    choices: Mapping[str, StrOrPromise] = field(default_factory=dict)
    default: str = ""
    wrong: str = ""

    def parse(self, text: str) -> Any:
        """Return the value, or the default for nothing."""
        if text and text not in self.choices:
            sentence = self.wrong or _("There is no %(name)s “%(value)s”; choose from %(choices)s.")
            given = {"name": self.name, "value": text, "choices": ", ".join(self.choices)}
            raise FilterError(sentence % given)
        return text or self.default

    def written(self, value: Any) -> list[str]:
        """Leave the default out."""
        return [value] if value and value != self.default else []

    def words(self, written: str) -> str:
        """Return the label of the choice."""
        return super().words(str(self.choices[written]))


@dataclass(frozen=True)
class Choices(Choice):
    """Any of a few values, in the order in which they are declared."""

    def read(self, values: list[str]) -> Any:
        """Return the chosen values."""
        chosen = {self.parse(value) for value in values}
        return tuple(value for value in self.choices if value in chosen)

    def written(self, value: Any) -> list[str]:
        """Return each chosen value."""
        return list(value)


@dataclass(frozen=True)
class Named(Parameter):
    """A row of the record, named by its slug or any of its names; `rows` gives the queryset to look in."""

    rows: Callable[[], Any] = dict

    def parse(self, text: str) -> Any:
        """Return the row, or None for nothing."""
        if not text:
            return None
        sentence = _("There is no %(name)s “%(slug)s” on record.") % {"name": self.name, "slug": text}
        return row_named(self.rows(), self.name, text, sentence)

    def written(self, value: Any) -> list[str]:
        """Return the slug."""
        return [value.slug] if value else []


def published_treaties() -> Any:
    """Return the treaties that an address may name."""
    return Treaty.objects.published()


def all_parties() -> Any:
    """Return the parties that an address may name."""
    return Party.objects.all()


@dataclass(frozen=True)
class Day(Parameter):
    """A date as coarse as the reader likes: a year, a month, a day; kept as it is written."""

    def parse(self, text: str) -> Any:
        """Return the expression."""
        if text:
            span_of(text)
        return text


def span_of(text: str) -> tuple[date, date]:
    """Return the first and last day of an expression of the address.

    Raises:
        FilterError: if it is no date.

    """
    try:
        return span(text)
    except DateError as error:
        raise FilterError(str(error)) from error


@dataclass(frozen=True)
class Chip:
    """One active filter in words, and the address without it."""

    words: str
    query: str


@dataclass(frozen=True)
class Asked:
    """What an address asked for, by the name of the parameter; `view` holds as_of and known, which every link keeps."""

    parameters: tuple[Parameter, ...]
    values: dict[str, Any]
    view: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        """Return the value of the parameter."""
        return self.values[name]

    @property
    def is_active(self) -> bool:
        """Say whether anything is filtered out."""
        return any(self._written(one) for one in self.parameters if one.name != "order")

    @property
    def chips(self) -> list[Chip]:
        """Return the active filters, each with the address that takes it back."""
        return [
            Chip(self._words(one, value), self._query({one.name: [kept for kept in written if kept != value]}))
            for one in self.parameters
            if one.name != "order"
            for written in [self._written(one)]
            for value in written
        ]

    def query(self, **changes: str) -> str:
        """Return the canonical query of this address, with changes; what is empty or a default is left out."""
        return self._query({name.rstrip("_"): [value] if value else [] for name, value in changes.items()})

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """Return names and values of all but the day looked from: what a form that changes the day keeps."""
        return [(one.name, value) for one in self.parameters for value in self._written(one)]

    @property
    def now(self) -> str:
        """Return the query of the same question to the present record."""
        return self.query(as_of="", known="")

    @property
    def turned(self) -> str:
        """Return the query of the same list in the other order."""
        return self.query(order="old" if self["order"] == "new" else "")

    @property
    def whole(self) -> str:
        """Return the query of the same list on one page."""
        return self.query(show="all")

    @property
    def cleared(self) -> str:
        """Return the query that takes all filters back and keeps the day looked from."""
        return urlencode([pair for pair in self.view.items() if pair[1]])

    def without(self, *names: str) -> Asked:
        """Return the same question without some of its parameters: what a facet counts."""
        given = {one.name: one.read([]) for one in self.parameters if one.name in names}
        return Asked(self.parameters, self.values | given, self.view)

    def _written(self, parameter: Parameter) -> list[str]:
        return parameter.written(self.values[parameter.name])

    def _words(self, parameter: Parameter, written: str) -> str:
        value = self.values[parameter.name]
        # A row says its name, not its slug.
        return parameter.words(str(value) if isinstance(parameter, Named) else written)

    def _query(self, changes: dict[str, list[str]]) -> str:
        own = [(one.name, value) for one in self.parameters for value in changes.get(one.name, self._written(one))]
        names = {one.name for one in self.parameters}
        added = [(name, value) for name, values in changes.items() if name not in names for value in values]
        view = [(name, value) for name, value in self.view.items() if name not in changes and value]
        positions = {name: place for place, name in enumerate(VIEW)}
        return urlencode(own + sorted(added + view, key=lambda pair: positions.get(pair[0], -1)))


# What any page may be asked besides its own parameters, in canonical order.
VIEW = ("page", "after", "show", "revision", "as_of", "known")


def read(query: QueryDict, parameters: Iterable[Parameter], *, view: Iterable[str] = ()) -> Asked:
    """Return what the address asks of a page with these parameters; `view` names what else it understands.

    Raises:
        FilterError: for a parameter that the page does not know, or a value that cannot be read.

    """
    _refuse_illegible(query)
    parameters, known = tuple(parameters), tuple(view)
    _refuse_unknown(query, [*(one.name for one in parameters), *known])
    values = {
        one.name: one.read([text.strip() for text in query.getlist(one.name) if text.strip()]) for one in parameters
    }
    if values.get("from") and values.get("to"):
        _refuse_backwards(values["from"], values["to"])
    return Asked(parameters, values, {name: query.get(name, "") for name in ("as_of", "known") if name in known})


def _refuse_illegible(query: QueryDict) -> None:
    # The one character that the database takes in no text.
    for name, values in query.lists():
        if any("\0" in value for value in values):
            raise FilterError(_("“%(name)s” holds a character that cannot be read (U+0000).") % {"name": name})


def _refuse_unknown(query: QueryDict, known: list[str]) -> None:
    for name in query:
        if name not in known and not name.startswith(_OTHERS):
            raise FilterError(
                _("This page knows no “%(name)s”; it can be asked for %(known)s.")
                % {"name": name, "known": ", ".join(known)}
                if known
                else _("This page knows no “%(name)s”; it is always shown whole.") % {"name": name}
            )


def _refuse_backwards(since: str, until: str) -> None:
    if span_of(since)[0] > span_of(until)[1]:
        raise FilterError(_("“From %(since)s” comes after “to %(until)s”.") % {"since": since, "until": until})


def canonical(query: QueryDict, asked: Asked) -> str:
    """Return the canonical query of an address: names in order; blanks, defaults and what others added left out."""
    kept = {name: query.get(name, "") for name in ("page", "after", "show", "revision")}
    return asked.query(**{name: value for name, value in kept.items() if value and (name, value) != ("page", "1")})
