"""One question to the search, and its answer: a page of the best matches, and where the next page begins."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db import OperationalError
from django.utils.translation import gettext as _

from events.dates import DateError, span
from events.filters import FilterError
from events.models import SearchDocument
from events.parameters import row_named
from events.search.asking import carefully
from events.search.finding import Match, Matches, Sought, Stretch, expected_matches, named_matches, newest_matches
from events.search.names import Named, read_names
from events.search.results import Hit, hits
from events.search.terms import Term, read_terms
from events.search.wanted import Wanted, wanted
from events.search.windows import read_spread
from treaties.models import Party, Treaty

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet


PAGE = 20
# So many of the newest matches are ranked; all older ones follow by date, so that any page is as fast as the first.
RANKED = 100
_HEADED = 40


@dataclass(frozen=True)
class Question:
    """What a reader asks: words, filters, and after which place of the list to go on ("" for its beginning)."""

    text: str
    kind: str = ""
    treaty: Treaty | None = None
    party: Party | None = None
    since: str = ""
    until: str = ""
    after: str = ""

    @property
    def is_filtered(self) -> bool:
        """Say whether anything but the words narrows the search."""
        return bool(self.kind or self.treaty or self.party or self.since or self.until)

    def query(self, **changes: str) -> str:
        """Return the question as the query string of an address, in canonical order, with changes."""
        asked = {
            "q": self.text,
            "kind": self.kind,
            "treaty": self.treaty.slug if self.treaty else "",
            "party": self.party.slug if self.party else "",
            "from": self.since,
            "to": self.until,
            "after": "",
        }
        return urlencode([(name, value) for name, value in (asked | changes).items() if value])

    def marks(self) -> list[str]:
        """Return the marks that a document must bear to pass the filters by kind, treaty and party."""
        asked = (
            (":k", self.kind),
            (":t", self.treaty.pk if self.treaty else ""),
            (":p", self.party.pk if self.party else ""),
        )
        return [f"{prefix}{value}" for prefix, value in asked if value]

    def stretch(self) -> Stretch:
        """Return the days asked for."""
        return Stretch(_first(self.since), _last(self.until))


@dataclass(frozen=True)
class Answer:
    """A page of matches; `after` begins the next page, "" on the last.

    `count` is exact unless `is_estimate`, or `is_minimum`: then there are more.
    """

    question: Question
    hits: list[Hit] = field(default_factory=list)
    count: int = 0
    is_estimate: bool = False
    is_minimum: bool = False
    after: str = ""
    only_stop_words: bool = False

    @property
    def about(self) -> int:
        """Return the estimate to two digits; more would promise what nobody counted."""
        return round(self.count, 2 - len(str(self.count)))


def read_question(asked: Mapping[str, str]) -> Question:
    """Return the question that an address asks.

    Raises:
        FilterError: for an unknown kind, treaty or party, and for a date that is none.

    """
    kind = asked.get("kind", "")
    if kind and kind not in SearchDocument.Kind.values:
        sentence = _("There is no kind “%(kind)s”; choose from %(kinds)s.")
        raise FilterError(sentence % {"kind": kind, "kinds": ", ".join(SearchDocument.Kind.values)})
    question = Question(
        text=" ".join(asked.get("q", "").split()),
        kind=kind,
        treaty=_row(Treaty.objects.published(), "treaty", asked.get("treaty", "")),
        party=_row(Party.objects.all(), "party", asked.get("party", "")),
        since=asked.get("from", "").strip(),
        until=asked.get("to", "").strip(),
        after=asked.get("after", ""),
    )
    question.stretch()
    return question


def _row(rows: QuerySet[Any], name: str, text: str) -> Any:
    """Return the treaty or party that `text` names: its slug in an address, any of its names in the form."""
    sentence = _("There is no “%(slug)s” on record.") % {"slug": text}
    return row_named(rows, name, text, sentence) if text.strip() else None


def _first(text: str) -> date | None:
    return _span(text)[0] if text else None


def _last(text: str) -> date | None:
    return _span(text)[1] if text else None


def _span(text: str) -> tuple[date, date]:
    try:
        return span(text)
    except DateError as error:
        raise FilterError(str(error)) from error


def search(question: Question) -> Answer:
    """Answer a question.

    Raises:
        FilterError: if the words, or the place to go on after, cannot be read, or the search takes too long.

    """
    terms = read_terms(question.text)
    if not terms:
        return Answer(question)
    try:
        with carefully():
            return _answer(question, terms)
    except OperationalError as error:
        raise FilterError(_("This search takes too long. Add a word, or choose a kind or a treaty.")) from error


def _answer(question: Question, terms: list[Term]) -> Answer:
    named = read_names(terms)
    asked = wanted(terms, named.names, question.marks())
    if asked is None:
        return Answer(question, only_stop_words=True)
    if question.after.startswith("d"):
        return _older(question, asked)
    stretch = question.stretch()
    [expected] = expected_matches(asked.likely)
    told_apart = asked.heading if asked.is_told_by_heading else ""
    sought = Sought(asked.query, expected, stretch, RANKED + 1, cache(read_spread), told_apart, _HEADED)
    matches = newest_matches(sought)
    best = _best(question, asked, named, sought, matches)
    place = _read_place(question.after, 3)
    rest = [one for one in best if place is None or (one.score, one.day.toordinal(), one.key) < place]
    page = rest[:PAGE]
    is_estimate = not matches.is_whole and len(terms) == 1 and not question.is_filtered
    return Answer(
        question,
        hits([one.key for one in page], asked.words),
        # What the database expects of one word it has counted in a sample; of several together it only guesses.
        max(expected, matches.counted) if is_estimate else matches.counted - (not matches.is_whole),
        is_estimate=is_estimate,
        is_minimum=not matches.is_whole and not is_estimate,
        after=_after_best(page, rest, matches),
    )


def _best(question: Question, asked: Wanted, named: Named, sought: Sought, matches: Matches) -> list[Match]:
    """Return the newest matches, those with the words in their heading, and what the words name: the best first."""
    candidates = matches.newest[:RANKED]
    if len(matches.newest) > RANKED:
        candidates += _headed(asked, sought, matches)
    if named.documents and not (question.since or question.until):
        candidates += named_matches(named.documents, asked.query)
    # What is named outright bears the higher of its two scores.
    found = {one.key: one for one in sorted(candidates, key=lambda one: one.score)}
    return sorted(found.values(), key=lambda one: (one.score, one.day, one.key), reverse=True)


def _headed(asked: Wanted, sought: Sought, matches: Matches) -> list[Match]:
    """Return the newest matches with the words in their heading: of those read already if there are enough of them."""
    if sought.heading and (matches.is_whole or len(matches.headed) >= _HEADED):
        return matches.headed[:_HEADED]
    # As many as they are among those read; one more, because few were read.
    expected = sought.expected * (len(matches.headed) + 1) // matches.counted
    return _newest_headed(asked.heading, expected, sought)


def _newest_headed(heading: str, expected: int, sought: Sought) -> list[Match]:
    if not heading:
        return []
    return newest_matches(Sought(heading, expected, sought.stretch, _HEADED, sought.spread)).newest


def _after_best(page: list[Match], rest: list[Match], matches: Matches) -> str:
    if len(rest) > PAGE:
        return f"s.{page[-1].score}.{page[-1].day.toordinal()}.{page[-1].key}"
    if len(matches.newest) > RANKED:
        last = matches.newest[RANKED - 1]
        return f"d.{last.day.toordinal()}.{last.key}"
    return ""


def _older(question: Question, asked: Wanted) -> Answer:
    """Return a page of the matches that are older than the ranked ones, newest first."""
    place = _read_place(question.after, 2)
    stretch = question.stretch()
    after = (date.fromordinal(place[0]), place[1]) if place else None
    expected, *of_headings = expected_matches(*filter(None, (asked.likely, asked.likely_heading)))
    sought = Sought(asked.query, expected, stretch, PAGE + 1, cache(read_spread))
    matches = newest_matches(replace(sought, stretch=replace(stretch, after=after)))
    shown = {one.key for one in _newest_headed(asked.heading, sum(of_headings), sought)}
    page = matches.newest[:PAGE]
    found = hits([one.key for one in page if one.key not in shown], asked.words)
    is_last = len(matches.newest) <= PAGE
    following = "" if is_last else f"d.{page[-1].day.toordinal()}.{page[-1].key}"
    return Answer(question, found, len(found), is_minimum=True, after=following)


def _read_place(text: str, length: int) -> tuple[int, ...] | None:
    if not text:
        return None
    try:
        place = tuple(int(number) for number in text.split(".")[1:])
        date.fromordinal(place[-2])
    except (ValueError, IndexError, OverflowError) as error:
        raise FilterError(_("The address of this page of results cannot be read; search again.")) from error
    if len(place) != length:
        raise FilterError(_("The address of this page of results cannot be read; search again."))
    return place
