"""Who and what a sentence names: persons with their offices, parties, bodies, and words that stand for them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from events.intake.demonyms import DEMONYMS
from events.intake.lexicon import OFFICE_OF, OFFICES, PARTICLES, RANKS, STANCE_OF_VERB
from events.intake.names import KnownOfficial, Names, fold

if TYPE_CHECKING:
    from datetime import date

_CAPITAL = r"[A-ZÀ-ÖØ-Þ][\w’'-]*[\w’]\.?"
_NAME = rf"(?:{_CAPITAL}|[A-Z]\.)(?:\s+(?:{PARTICLES}[\s-]+)?(?:{_CAPITAL}|[A-Z]\.)){{0,3}}"
_OFFICE = rf"(?i:(?:{RANKS}\s+)*(?:{'|'.join(sorted(OFFICES, key=len, reverse=True))}))"
_PRONOUN = re.compile(r"\b(?:he|she|they|it|who)\b", re.IGNORECASE)
_SPEAKING_TEXT = re.compile(
    r"\b[Tt]he\s+(?:\w+\s+)?(?:statement|communiqu[eé]|letter|note|post|tweet|declaration|report)\b"
    r"|\b[Ii]n a statement\b"
)
_ROLE = re.compile(rf"\b[Tt]he\s+(?P<office>{_OFFICE})\b(?!\s+[A-Z])")
_NOT_A_NAME = {
    "the", "a", "an", "in", "on", "at", "but", "and", "for", "with", "after", "before", "while", "when", "as", "if",
    "treaty", "pact", "president", "minister", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
    "sunday", "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december", "he", "she", "they", "it", "that", "this", "these", "under", "both", "also", "earlier",
    "meanwhile", "however", "according", "asked", "speaking", "article", "congress", "parliament", "committee",
}  # fmt: skip
# Names of parties that the press also uses as adjectives, and words after which they are none.
_ALSO_ADJECTIVES = {"us", "uk", "un", "eu", "nato"}
_GOES_ON = {"has", "had", "have", "was", "were", "will", "would", "and", "for", "from", "that", "which", "with",
            "could", "should", "may", "might", "also", "who", "while", "but", "are", "did", "does"}  # fmt: skip
_MINISTRY = (
    r"(?:(?:Foreign|Defen[cs]e|Energy|Interior)\s+Ministry|Ministry\s+of\s+(?:Foreign\s+Affairs|Defen[cs]e)"
    r"|(?:foreign|defen[cs]e)\s+ministry|State\s+Department|Defen[cs]e\s+Department"
    r"|Department\s+of\s+(?:State|Defen[cs]e)"
    r"|parliament|Parliament|Seimas|Knesset|Majlis|Senate|Congress|mission\s+to\s+the\s+UN|[Ee]mbassy)"
)
_PEOPLE = (
    r"(?:officials|authorities|government|administration|lawmakers|diplomats|leadership|allies|members|leaders|ministers"
    r"|powers|forces|negotiators)"
)
_ORGANISATION = (
    r"(?:Association|Committee|Campaign|Organi[sz]ation|Institute|Cent(?:er|re)|Agency|Council|Union|Group|Movement|Coalition"
    r"|Commission|Foundation|Initiative|Network|Society|League|Federation|Conference)"
)


@dataclass(frozen=True)
class Actor:
    """Somebody who can speak or act: a person in an office, a body, or a party itself."""

    name: str
    party: str = ""
    office: str = ""
    official: str = ""

    @property
    def is_person(self) -> bool:
        """Say whether this is a person."""
        return bool(self.office or self.official)


@dataclass(frozen=True)
class Mention:
    """Where a text names an actor; `kind` is person, body, party, adjective, pronoun, role or text."""

    start: int
    end: int
    kind: str
    actor: Actor


@dataclass
class Cast:
    """Everybody whom the article has named so far: who "he", "Lavrov" or "the foreign minister" is."""

    names: Names
    published: date
    persons: dict[str, Actor] = field(default_factory=dict)
    home: str = ""
    last_person: Actor | None = None
    last_speaker: Actor | None = None

    def remember(self, actor: Actor) -> None:
        """Keep a person for later mentions by surname or office."""
        self.persons[fold(actor.name.split()[-1])] = actor
        self.last_person = actor

    def by_surname(self, name: str) -> Actor | None:
        """Return the person of this surname, from the article or from the record."""
        found = self.persons.get(fold(name))
        if found:
            return found
        official = self.names.official_named(name, "", self.published)
        return self.of_record(official) if official else None

    def of_record(self, official: KnownOfficial) -> Actor:
        """Return an official of the record as an actor."""
        return Actor(official.name, official.party, official.office, official.slug)

    def in_office(self, office: str) -> Actor | None:
        """Return the person whom "the foreign minister" stands for: the last one named in such an office."""
        wanted = set(fold(office).split()) - {"former", "the"}
        for actor in reversed(self.persons.values()):
            if wanted <= set(fold(actor.office).split()):
                return actor
        return None


class Reader:
    """Finds the mentions of one article, sentence by sentence."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        names = cast.names
        self._party = re.compile(rf"(?<![\w.-])(?:[Tt]he\s+)?(?P<party>{names.party_pattern})(?P<poss>[’']s?)?(?!\w)")
        # Who stands before an office: "Russian", "Iran's", "the State Department", "Foreign Ministry", two of them.
        whose = rf"(?:(?:{names.party_pattern}|{_MINISTRY})(?:[’']s?)?\s+)"
        self._titled = re.compile(
            rf"(?<![\w-])(?P<whose>{whose}{{0,3}})(?P<title>{_OFFICE})(?P<of>\s+(?:for|of|to|at)\s+(?:the\s+)?{_CAPITAL}"
            rf"(?:[\s-]+{_CAPITAL})*,|,)?\s+(?P<name>{_NAME})"
        )
        self._organisation = re.compile(
            rf"(?<![\w-])(?:[Tt]he\s+)?(?P<name>(?:{_CAPITAL}\s+)*{_ORGANISATION}(?:\s+(?:of|for|on|to)\s+(?:the\s+)?{_CAPITAL}"
            rf"(?:\s+{_CAPITAL})*)?)"
        )
        self._apposed = re.compile(
            rf"(?P<name>{_NAME}),\s+(?P<office>(?:[^,;.]|(?<=\b[A-Z])\.){{0,80}}?\b{_OFFICE}\b(?:[^,;.]|(?<=\b[A-Z])\."
            rf"){{0,90}}),"
        )
        self._body = re.compile(
            rf"(?<![\w-])(?:[Tt]he\s+)?(?P<whose>(?:{names.party_pattern})(?:[’']s?)?\s+)?(?P<body>{_MINISTRY})\b"
        )
        self._people = re.compile(rf"(?<![\w-])(?P<whose>{names.party_pattern})(?:[’']s?)?\s+(?P<people>{_PEOPLE})\b")

    def mentions(self, text: str) -> list[Mention]:
        """Return all mentions in a text, in order, none within another."""
        found: list[Mention] = []
        for find in (self._titled_persons, self._apposed_persons, self._bare_persons, self._bodies, self._parties):
            found += [one for one in find(text) if not _overlaps(one, found)]
        found += [one for one in self._stand_ins(text) if not _overlaps(one, found)]
        return sorted(found, key=lambda one: one.start)

    def party_of(self, text: str) -> str:
        """Return the slug of the first party that a phrase names, itself or by its seat."""
        match = self._party.search(text)
        return self._slug(match["party"]) if match else ""

    def _slug(self, spelling: str) -> str:
        names = self.cast.names
        seat = names.seats.get(fold(spelling))
        return seat[1] if seat else names.spellings.get(fold(spelling), "")

    def _apposed_persons(self, text: str) -> list[Mention]:
        found = []
        for match in self._apposed.finditer(text):
            name = _trim(match["name"])
            if len(name.split()) > 1 and not self._party.fullmatch(name):
                end = match.end() - 1
                found.append(self._person(match.end("name") - len(name), end, name, match["office"], match["office"]))
        return found

    def _titled_persons(self, text: str) -> list[Mention]:
        found = []
        for match in self._titled.finditer(text):
            name = _leading_name(match["name"])
            if not name or self._party.fullmatch(name):
                continue
            office = " ".join(f"{match['whose']}{match['title']}{(match['of'] or '').rstrip(',')}".split())
            found.append(self._person(match.start(), match.start("name") + len(name), name, office, office))
        return found

    def _person(self, start: int, end: int, name: str, office: str, whose: str) -> Mention:
        cast = self.cast
        official = cast.names.official_named(name, office, cast.published)
        known = cast.persons.get(fold(name.rsplit(maxsplit=1)[-1]))
        if official:
            actor = cast.of_record(official)
        elif known and len(name.split()) == 1:
            actor = known
        else:
            full = known.name if known and len(name.split()) == 1 else name
            actor = Actor(full, self._party_behind(whose), office)
        cast.remember(actor)
        return Mention(start, end, "person", actor)

    def _party_behind(self, whose: str) -> str:
        slug = self.party_of(whose) or next(
            (one for pattern, one in OFFICE_OF if re.search(pattern, whose, re.IGNORECASE)), ""
        )
        if slug and slug in self.cast.names.party_by_slug:
            return slug
        if re.search(_ORGANISATION, whose):
            return ""
        # "Foreign Minister Kamrani" in a report from Tehran; "Foreign Ministry spokeswoman" after her minister.
        spoken = self.cast.last_speaker.party if self.cast.last_speaker else ""
        return self.cast.home or spoken

    def _bare_persons(self, text: str) -> list[Mention]:
        found = []
        for match in re.finditer(_NAME, text):
            for name in {_trim(match.group()), _trim(match.group()).split()[-1] if _trim(match.group()) else ""}:
                known = self.cast.by_surname(name.removesuffix("'s").removesuffix("’s")) if name else None
                full = name and len(name.split()) > 1 and self.cast.names.official_named(name, "", self.cast.published)
                actor = self.cast.of_record(full) if full else (known if name and " " not in name else None)
                if actor:
                    self.cast.last_person = actor
                    self.cast.persons.setdefault(fold(actor.name.split()[-1]), actor)
                    found.append(Mention(match.end() - len(name), match.end(), "person", actor))
                    break
        return found

    def _bodies(self, text: str) -> list[Mention]:
        found = []
        for match in self._people.finditer(text):
            words, slug = " ".join(match.group().split()), self._slug(match["whose"])
            found.append(Mention(match.start(), match.end(), "body", Actor(words, slug)))
        for match in self._body.finditer(text):
            words = " ".join(match.group().removeprefix("the ").removeprefix("The ").split())
            seat = self.cast.names.seats.get(fold(match["body"]))
            slug = self._slug(match["whose"].strip()) if match["whose"] else (seat[1] if seat else "")
            slug = (
                slug
                or self.party_of(text[: match.start()])
                or (self.cast.last_speaker.party if self.cast.last_speaker else "")
            )
            name = seat[0] if seat else words
            found.append(Mention(match.start(), match.end(), "body", Actor(name, slug)))
        for match in self._organisation.finditer(text):
            name = " ".join(match["name"].split())
            if " " in name and not self._party.search(name):
                found += [Mention(match.start(), match.end(), "body", Actor(name))]
        return found

    def _parties(self, text: str) -> list[Mention]:
        names, found = self.cast.names, []
        for match in self._party.finditer(text):
            spelling = fold(match["party"])
            seat = names.seats.get(spelling)
            slug = seat[1] if seat else names.spellings.get(spelling, "")
            if not slug:
                continue
            name = seat[0] if seat else names.party_by_slug[slug].name
            is_named = not match["poss"] and not _is_adjective(spelling, text[match.end() :])
            kind = ("body" if seat else "party") if is_named else "adjective"
            found.append(Mention(match.start(), match.end(), kind, Actor(name, slug)))
        return found

    def _stand_ins(self, text: str) -> list[Mention]:
        nobody = Actor("")
        found = []
        for match in _ROLE.finditer(text):
            actor = self.cast.in_office(match["office"])
            if actor:
                found.append(Mention(match.start(), match.end(), "role", actor))
        found += [Mention(one.start(), one.end(), "text", nobody) for one in _SPEAKING_TEXT.finditer(text)]
        return found + [Mention(one.start(), one.end(), "pronoun", nobody) for one in _PRONOUN.finditer(text)]


def _is_adjective(spelling: str, after: str) -> bool:
    """Say whether "U.S." or "Russian" goes with the noun behind it instead of standing for the party."""
    if any(spelling == fold(one) for words in DEMONYMS.values() for one in words):
        return True
    behind = re.match(r"\s+([a-z]{3,})\b", after)
    if spelling not in _ALSO_ADJECTIVES or behind is None or behind[1] in STANCE_OF_VERB:
        return False
    return behind[1] not in _GOES_ON and not re.match(r"\s+\w+(?:ed|es|s)\s+(?:the|that|its|a|to)\b", after)


def _overlaps(one: Mention, others: list[Mention]) -> bool:
    return any(one.start < other.end and other.start < one.end for other in others)


def _trim(name: str) -> str:
    """Drop words at the head of a name that begin a sentence or an office, not a name."""
    words = name.split()
    while words and words[0].lower().strip(".") in _NOT_A_NAME:
        words.pop(0)
    return " ".join(words)


def _leading_name(name: str) -> str:
    """Return the words of a name up to the first that cannot belong to it."""
    words: list[str] = []
    for word in name.split():
        if word.lower().strip(".,") in _NOT_A_NAME or (words and words[-1].endswith(("’s", "'s"))):
            break
        words.append(word)
    text = " ".join(words)
    return re.sub(r"[’']s$", "", text)
