"""The day of each statement and act: its own words first, then what the article tells elsewhere of the same party."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from events.intake.when import When, dates_in

if TYPE_CHECKING:
    from events.intake.article import Sentence
    from events.intake.finding import Found
    from events.intake.mentions import Mention

_BINDS_NO_SAYING = re.compile(
    r"\b(?:effective|until|till|by|before|since|from|after|expire\w*|due|of)\s*(?:on|in)?\s*$"
)
_DAYS_AFTER = re.compile(
    r"\b(?P<count>a|one|two|three)\s+days?\s+after\b(?=.*\b(?:announc\w+|move|decision|said|statement|suspen\w+))"
)
_TODAY = re.compile(r"\btoday\b", re.IGNORECASE)
_THAT_ACT = re.compile(r"\b(?:announce\w*|decision|move|step|withdraw\w*)\b", re.IGNORECASE)
_COUNT = {"a": 1, "one": 1, "two": 2, "three": 3}
_NEAR = 3  # proposals: how far a dated statement of the same party dates one that is not

Dated = tuple[str, str, bool]


class Dating:
    """Knows the article's day and what it says of the days of its parties' acts."""

    def __init__(self, published: date) -> None:
        self.published = published
        self._day_of_party: dict[str, str] = {}

    def note(self, sentence: Sentence, mentions: list[Mention]) -> None:
        """Keep "one day after the United States made a similar announcement"."""
        match = _DAYS_AFTER.search(sentence.masked)
        if not match:
            return
        named = next((one for one in mentions if one.start >= match.end() and one.actor.party), None)
        if named:
            day = self.published - timedelta(days=_COUNT[match["count"].lower()])
            self._day_of_party[named.actor.party] = day.isoformat()

    def of_saying(self, sentence: Sentence, start: int, end: int) -> Dated:
        """Return the day of a statement: a past date beside its verb, or at the end where no "that" follows."""
        head = sentence.masked[: end + 60]
        opens = re.search(r"\bthat\b|[\"“]", head[end:])
        limit = end + opens.start() if opens else min(end + 40, len(head))
        near = [one for one in dates_in(sentence.masked, self.published) if self._may_date(one, sentence.masked)]
        beside = [one for one in near if one.start <= limit]
        beside = [one for one in beside if one.end >= start - 60 or one.start < 40] or beside  # noqa: PLR2004
        if beside:
            return _stated(beside[-1])
        trailing = [one for one in near if not opens and len(sentence.masked) - one.end < 3]  # noqa: PLR2004
        return _stated(trailing[-1]) if trailing else self._undated()

    def of_act(self, sentence: Sentence, start: int, end: int) -> Dated:
        """Return the day of an act: the past date nearest to its verb."""
        near = [one for one in dates_in(sentence.masked, self.published) if self._may_date(one, sentence.masked)]
        if not near:
            return self._undated()
        return _stated(min(near, key=lambda one: min(abs(one.start - end), abs(one.end - start))))

    def of_treaty(self, sentence: Sentence, end: int) -> Dated | None:
        """Return the day on which something befell a treaty, as it stands behind the verb; None if none does."""
        behind = [one for one in dates_in(sentence.masked, self.published) if 0 <= one.start - end < 40]  # noqa: PLR2004
        return _stated(behind[0]) if behind else None

    def settled(self, found: list[Found]) -> list[Found]:
        """Date what is not dated: by "today" beside a dated act, by the party's own day, by a neighbour."""
        found = [self._by_today(one) for one in found]
        settled = []
        for one in found:
            day = "" if one.date_stated else self._told_elsewhere(one, found)
            settled.append(replace(one, date=day, date_precision="day") if day else one)
        return settled

    def _told_elsewhere(self, one: Found, found: list[Found]) -> str:
        same_speaker = [other for other in found if other.actor == one.actor]
        same_party = [other for other in found if other.actor.party == one.actor.party != ""]
        return (
            _neighbour(one, same_speaker, found)
            or self._day_of_party.get(one.actor.party, "")
            or _neighbour(one, same_party, found)
        )

    def _by_today(self, one: Found) -> Found:
        days = set(self._day_of_party.values())
        about = next((day for slug, day in self._day_of_party.items() if slug != one.actor.party), "")
        if one.date_stated or not days or not about or not (_TODAY.search(one.quote) and _THAT_ACT.search(one.quote)):
            return one
        return replace(one, date=about, date_precision="day", date_stated=True)

    def _may_date(self, one: When, masked: str) -> bool:
        return one.earliest <= self.published and not _BINDS_NO_SAYING.search(masked[: one.start])

    def _undated(self) -> Dated:
        return self.published.isoformat(), "day", False


def _stated(one: When) -> Dated:
    return one.edtf, one.precision, True


def _neighbour(one: Found, same: list[Found], found: list[Found]) -> str:
    """Return the day of the nearest dated one of `same` that stands close by in the text."""
    near = [
        other
        for other in same
        if other.date_stated and other.date_precision == "day" and other.stance
        and abs(found.index(other) - found.index(one)) <= _NEAR
    ]  # fmt: skip
    nearest = min(near, key=lambda other: abs(other.start - one.start), default=None)
    return nearest.date if nearest else ""
