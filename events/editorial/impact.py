"""What an edit does to what readers see and to the mails: measured between a look before it and a look after it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from events.clocks import write_day
from events.editorial.values import Difference, Values, differences, digest, values_of, with_new_children
from events.models import Change, Deadline, Event
from events.step_words import told_steps
from treaties.models import Party, Treaty

if TYPE_CHECKING:
    from collections.abc import Iterable

    from events.editorial.kinds import RowKind
    from events.signals import MailForecast

_MOVING = ("due_earliest", "due_latest", "due_time", "state", "override_due", "title")


@dataclass(frozen=True)
class Standing:
    """A clock at one moment: what readers see of it."""

    pk: int
    version: int
    title: str
    words: str
    steps: tuple[str, ...]
    seen: tuple[str, ...]


@dataclass(frozen=True)
class Move:
    """One clock before and after an edit; None where it did not, or does not, stand."""

    slug: str
    before: Standing | None
    after: Standing | None

    @property
    def title(self) -> str:
        """Return the clock's title."""
        either = self.after or self.before
        return either.title if either else ""

    def as_json(self) -> dict[str, str]:
        """Return it as `Change.moves` keeps it."""
        words = {"before": self.before.words if self.before else "", "after": self.after.words if self.after else ""}
        return {"slug": self.slug, "title": self.title} | words


@dataclass(frozen=True)
class RowImpact:
    """What becomes of one row."""

    kind: RowKind
    pk: int | None
    label: str
    address: str
    before: Values | None
    after: Values | None
    change_kind: str | None
    differences: list[Difference]
    treaties: frozenset[int]


@dataclass(frozen=True)
class Impact:
    """All that an edit does."""

    rows: list[RowImpact]
    moves: list[Move]
    pages: list[str]
    mail: list[MailForecast] = field(default_factory=list)
    brought: dict[int, str] = field(default_factory=dict)

    @property
    def public_rows(self) -> list[RowImpact]:
        """Return the rows of which readers see something else, or no longer anything."""
        return [row for row in self.rows if row.change_kind]

    @property
    def corrects(self) -> bool:
        """Say whether something published is changed or taken away: that needs a weight, and a note if it is major."""
        return any(row.change_kind != Change.Kind.PUBLISHED for row in self.public_rows)

    @property
    def asks_first(self) -> bool:
        """Say whether the editor must see this before it is committed."""
        return bool(self.moves) or self.corrects

    @property
    def treaties(self) -> set[int]:
        """Return the keys of all treaties concerned."""
        return {key for row in self.rows for key in row.treaties}

    @property
    def people(self) -> int:
        """Return how many people would be mailed, each counted once, however many of the mails they get."""
        return len(frozenset().union(*(one.readers for one in self.mail)))

    @property
    def digest(self) -> str:
        """Return a fingerprint of what the record would become, from what: people who follow may come and go."""
        rows = [
            (row.kind.name, row.before, self._lasting(row.kind, row.before or {}, row.after) if row.after else None)
            for row in self.rows
        ]
        moves = [(one.slug, one.before and one.before.seen, one.after and one.after.seen) for one in self.moves]
        return digest(rows, moves)

    def _lasting(self, kind: RowKind, before: Values, after: Values) -> Values:
        """Return the values without keys that were never kept: of new children, of sources that the edit brings."""
        values = with_new_children(kind, before, after)
        if self.brought:
            values["sources"] = [self.brought.get(key, key) for key in values["sources"]]
        return values


class Look:
    """The rows that are to be edited and their treaties' clocks, as they stand before the edit; all of them locked."""

    def __init__(self, kind: RowKind, pks: Iterable[int]) -> None:
        self.kind = kind
        self.rows = {pk: self.kind.get(pk) for pk in sorted(pks)}
        self.values: dict[int, Values] = {pk: values_of(kind, row) for pk, row in self.rows.items()}
        self._labels = {pk: (str(row), _address(row)) for pk, row in self.rows.items()}
        self._clocks: dict[str, Standing] = {}
        self._treaties: set[int] = set()
        # Key and slug of each source that the edit itself adds.
        self.brought: dict[int, str] = {}
        for pk, values in self.values.items():
            self.also(kind.treaties_of(pk, values))

    @property
    def treaties(self) -> set[int]:
        """Return the keys of the treaties looked at."""
        return self._treaties

    def also(self, treaties: Iterable[int]) -> None:
        """Look at the clocks of further treaties, to which the edit will move a row."""
        new = set(treaties) - self._treaties
        list(Treaty.objects.select_for_update(of=("self",)).filter(pk__in=new).order_by("pk"))
        self._treaties |= new
        self._clocks |= _standing(new)

    def measure(self, rows: Iterable[Any] = ()) -> Impact:
        """Return what has changed since the look; `rows` are those that were added."""
        added = [(row.pk, None) for row in rows if row.pk not in self.values]
        found = [self._row(pk, before) for pk, before in [*self.values.items(), *added]]
        moves = self._moves({key for row in found for key in row.treaties})
        return Impact(found, moves, _pages(found, moves), brought=dict(self.brought))

    def _row(self, pk: int, before: Values | None) -> RowImpact:
        row = self.kind.model._base_manager.filter(pk=pk).first()
        after = values_of(self.kind, row) if row else None
        label, address = (str(row), _address(row)) if row else self._labels[pk]
        changes = differences(self.kind, before, after)
        treaties = self.kind.treaties_of(pk, before) | self.kind.treaties_of(pk, after)
        return RowImpact(
            self.kind,
            pk,
            label,
            address,
            before,
            after,
            self._change_kind(pk, before, after),
            changes,
            frozenset(treaties),
        )

    def _change_kind(self, pk: int, before: Values | None, after: Values | None) -> str | None:
        was, now = self.kind.is_public(pk, before), self.kind.is_public(pk, after)
        if was and now:
            return Change.Kind.CORRECTED if before != after else None
        if was or now:
            return Change.Kind.PUBLISHED if now else Change.Kind.WITHDRAWN
        return None

    def _moves(self, treaties: set[int]) -> list[Move]:
        after = _standing(treaties | self._treaties)
        both = [(slug, self._clocks.get(slug), after.get(slug)) for slug in sorted({*self._clocks, *after})]
        return [Move(slug, old, new) for slug, old, new in both if _seen(old) != _seen(new)]


def _seen(one: Standing | None) -> tuple[str, ...]:
    return one.seen if one else ()


def _standing(treaties: set[int]) -> dict[str, Standing]:
    # Of a treaty that is not published readers see no clock: publishing it brings them all.
    rows = Deadline.objects.filter(provision__treaty__in=Treaty.objects.published().filter(pk__in=treaties))
    return {row.slug: _standing_of(row) for row in rows}


def _standing_of(row: Deadline) -> Standing:
    day = f"{write_day(row.due)}, {row.zone}" if row.due else row.undetermined_reason
    return Standing(
        pk=row.pk,
        version=row.version,
        title=row.title,
        words=f"{day}: {row.state_label}" if day else row.state_label,
        steps=tuple(step.text for step in told_steps(row.steps)),
        seen=tuple(str(getattr(row, name) or "") for name in _MOVING),
    )


def _address(row: Any) -> str:
    if hasattr(row, "get_absolute_url"):
        return str(row.get_absolute_url())
    treaty = getattr(row, "treaty", None)
    return str(treaty.get_absolute_url()) if treaty else ""


def _pages(rows: list[RowImpact], moves: list[Move]) -> list[str]:
    """Return the addresses of the pages on which readers will see it."""
    seen = [row for row in rows if row.change_kind]
    treaties = Treaty.objects.filter(pk__in={key for row in seen for key in row.treaties})
    found = [row.address for row in seen if row.address] + [treaty.get_absolute_url() for treaty in treaties]
    found += [f"/parties/{slug}/" for slug in _party_slugs(seen)]
    found += [f"/deadlines/{move.slug}/" for move in moves] + (["/deadlines/"] if moves else [])
    return list(dict.fromkeys(found))


def _party_slugs(rows: list[RowImpact]) -> list[str]:
    events = [row for row in rows if issubclass(row.kind.model, Event)]
    keys = {
        key
        for row in events
        for values in (row.before, row.after)
        if values
        for key in (values["actor"], *values["parties"])
    }
    return list(Party.objects.filter(pk__in=keys - {None}).values_list("slug", flat=True))
