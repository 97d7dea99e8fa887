"""The record's own names, as the rules need them: parties, officials and treaties, and how each is written."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from events.intake.demonyms import DEMONYMS, SEATS, SHORT_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date


@dataclass(frozen=True)
class KnownParty:
    """A party of the record, with every name it goes by."""

    slug: str
    name: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class KnownOfficial:
    """A person in one office, with the days of that office where they are known."""

    slug: str
    name: str
    office: str
    party: str
    held_from: date | None = None
    held_to: date | None = None

    def held_on(self, day: date) -> bool:
        """Say whether the recorded dates of office allow the day."""
        return (self.held_from is None or self.held_from <= day) and (self.held_to is None or day <= self.held_to)


@dataclass(frozen=True)
class KnownTreaty:
    """A treaty, with every name it goes by; `parties` are the slugs of the two of a bilateral one."""

    slug: str
    name: str
    names: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()


@dataclass(frozen=True)
class Names:
    """All names that an article can be read with."""

    parties: tuple[KnownParty, ...]
    officials: tuple[KnownOfficial, ...]
    treaties: tuple[KnownTreaty, ...]

    @cached_property
    def party_by_slug(self) -> dict[str, KnownParty]:
        """Return the parties by their slugs."""
        return {one.slug: one for one in self.parties}

    @cached_property
    def treaty_by_slug(self) -> dict[str, KnownTreaty]:
        """Return the treaties by their slugs."""
        return {one.slug: one for one in self.treaties}

    @cached_property
    def spellings(self) -> dict[str, str]:
        """Return folded spelling → slug of the party: names, aliases, what the press writes, adjectives."""
        found: dict[str, str] = {}
        for party in self.parties:
            for name in (party.name, *party.names, *SHORT_NAMES.get(party.slug, ())):
                found.setdefault(fold(name), party.slug)
        for slug, adjectives in DEMONYMS.items():
            if slug in self.party_by_slug:
                found.update({fold(adjective): slug for adjective in adjectives if fold(adjective) not in found})
        return found

    @cached_property
    def seats(self) -> dict[str, tuple[str, str]]:
        """Return folded name of a house or office → (name of the body, slug of its party)."""
        rows = ((slug, *row) for slug, houses in SEATS.items() if slug in self.party_by_slug for row in houses)
        return {fold(house): (body, slug) for slug, house, body in rows}

    @cached_property
    def party_pattern(self) -> str:
        """Return a pattern of all spellings of parties and seats of government, the longest first."""
        press = [name for names in SHORT_NAMES.values() for name in names]
        adjectives = [name for names in DEMONYMS.values() for name in names]
        known = [name for party in self.parties for name in (party.name, *party.names)]
        houses = [row[0] for rows in SEATS.values() for row in rows]
        return _any_of({*press, *adjectives, *known, *houses})

    @cached_property
    def treaty_pattern(self) -> re.Pattern[str]:
        """Return a pattern that finds a treaty by any of its names, as group `t<number>` of its place in the list."""
        groups = [f"(?P<t{number}>{self._any_name(one)})" for number, one in enumerate(self.treaties)]
        return re.compile(rf"(?<![\w-])(?:{'|'.join(groups)})(?!\w)") if groups else re.compile(r"(?!)")

    def _any_name(self, treaty: KnownTreaty) -> str:
        names = {name for full in (treaty.name, *treaty.names) for name in _variants(full)}
        # "Moscow" in "SORT (Moscow)" tells two treaties apart; alone it is a government.
        own = [name for name in names if fold(name) not in self.spellings]
        return "|".join(_treaty_spelt(name) for name in sorted(own, key=len, reverse=True))

    @cached_property
    def officials_by_surname(self) -> dict[str, list[KnownOfficial]]:
        """Return folded surname → officials of that surname."""
        found: dict[str, list[KnownOfficial]] = {}
        for one in self.officials:
            found.setdefault(fold(one.name.split()[-1]), []).append(one)
        return found

    def official_named(self, name: str, office: str, on: date) -> KnownOfficial | None:
        """Return the official of this name who held an office on the day, preferring the office that is named."""
        words = fold(name).split()
        if not words:
            return None
        rows = [
            one
            for one in self.officials_by_surname.get(words[-1], [])
            if len(words) == 1 or fold(one.name).split()[0] == words[0] or fold(one.name) == " ".join(words)
        ]
        if not rows or (len(words) == 1 and len({fold(one.name) for one in rows}) > 1):
            return None
        wanted = set(fold(office).split())
        fitting = [one for one in rows if one.held_on(on)] or rows
        return max(fitting, key=lambda one: (one.held_on(on), len(wanted & set(fold(one.office).split()))))


def fold(text: str) -> str:
    """Return a text without accents, marks of possession, stops in abbreviations, and capitals."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    plain = re.sub(r"[’']s?\b", "", plain.replace("’", "'"))
    return " ".join(re.sub(r"[^\w\s-]", "", plain).lower().replace("-", " ").split())


def _any_of(names: Iterable[str]) -> str:
    return "|".join(_spelt(name) for name in sorted(set(names), key=len, reverse=True) if len(name) > 1)


def _spelt(name: str) -> str:
    return re.escape(name).replace(r"\ ", r"\s+").replace("'", "[’']")


def _variants(name: str) -> set[str]:
    """Return "Oslo Convention" and "CCM" for "Oslo Convention (CCM)", and "PTBT" and "LTBT" for "PTBT / LTBT"."""
    bare = re.sub(r"\s*\([^)]*\)", "", name).strip()
    inside = re.findall(r"\(([^)]+)\)", name)
    parts = {part.strip() for text in (bare, *inside) for part in text.split(" / ")}
    # "INF" alone is said of the INF Treaty; a word such as "Antarctic" alone is not.
    parts |= {part.removesuffix(" Treaty") for part in parts if re.fullmatch(r"[A-Z]{3,} Treaty", part)}
    return {part for part in parts if len(part) > 2}  # noqa: PLR2004


def _treaty_spelt(name: str) -> str:
    """Return a pattern for a name in which hyphens and capitals vary and an acronym may stand in brackets."""
    if name.isupper() or len(name.split()) == 1:
        return re.escape(name)
    words = [re.escape(word).replace(r"\-", r"[-\s]?") for word in re.split(r"\s+", name)]
    return "(?i:" + r"\s+(?:\([A-Z-]+\)\s+)?".join(words) + ")"
