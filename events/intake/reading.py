"""Reading an article: sentence by sentence, who says or does what, then the dates that one tells about another."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from events.intake.acts import Act, acts_of, facts_of_treaty
from events.intake.article import Article, Quotation, Sentence
from events.intake.dating import Dated, Dating
from events.intake.finding import Found
from events.intake.mentions import Actor, Cast, Reader
from events.intake.names import fold
from events.intake.sayings import Saying, sayings
from events.intake.stances import kind_of, of_content, stance_of

if TYPE_CHECKING:
    from datetime import date

    from events.intake.names import Names

_FEWEST_WORDS = 4
_OPENS_COMPLEMENT = re.compile(r"^[^.]{0,60}?\bthat\s+", re.DOTALL)
_SAME_SHARE = 0.6
_NEAR = 400  # characters within which the article still speaks of the same treaty
_DATELINE = re.compile(r"^(?P<place>[A-Z][A-Z .]{2,30}?)(?:,|\s*\(|\s*(?:--|—|–|-)\s)", re.MULTILINE)
_TRAILING = re.compile(r",[\"”]?\s*$")


def read_article(text: str, published: date, names: Names) -> list[Found]:
    """Return what the article says that the record could hold, in the order of the text; nothing is written.

    `published` is the day on which the article appeared, against which weekdays, "yesterday" and dates without a year
    are read. A text without any sentence gives an empty list.
    """
    return _Reading(Article(text), published, names).findings()


@dataclass
class _Last:
    """What a quotation without a speaker of its own goes on from."""

    speaker: Actor | None = None
    stance: str = ""
    paragraph: int = -1


class _Reading:
    def __init__(self, article: Article, published: date, names: Names) -> None:
        self.article, self.names = article, names
        self.cast = Cast(names, published)
        self.reader = Reader(self.cast)
        self.dating = Dating(published)
        self.found: list[Found] = []
        self.last = _Last()
        self.main_treaty = self._main_treaty()
        self.treaty, self.paragraph = self.main_treaty, -1
        self.accused: dict[str, str] = {}
        self.accusers: dict[str, str] = {}
        self.cast.home = self._dateline()

    def findings(self) -> list[Found]:
        """Read every sentence, then let what is dated date what is not."""
        for sentence in self.article.sentences:
            self._read(sentence)
        return _without_repeats(self.dating.settled(self.found))

    def _dateline(self) -> str:
        """Return the party whose capital the report is sent from: "TEHRAN, Sept. 3 -"."""
        match = _DATELINE.search(self.article.text)
        return self.names.spellings.get(fold(match["place"]), "") if match else ""

    def _main_treaty(self) -> str:
        """Return the treaty that the article names most: what "the treaty" means before another is named."""
        counts: dict[str, int] = {}
        for _, _, slug in self._treaties(self.article.text):
            counts[slug] = counts.get(slug, 0) + 1
        return max(counts, key=lambda slug: counts[slug], default="")

    def _treaties(self, text: str) -> list[tuple[int, int, str]]:
        return [
            (match.start(), match.end(), self.names.treaties[int(str(match.lastgroup)[1:])].slug)
            for match in self.names.treaty_pattern.finditer(text)
        ]

    def _read(self, sentence: Sentence) -> None:
        if sentence.paragraph != self.paragraph:
            # "The treaty" is the one that the paragraph names, or else the one that the article is about.
            self.treaty, self.paragraph = self.main_treaty, sentence.paragraph
        mentions = self.reader.mentions(sentence.masked)
        self.dating.note(sentence, mentions)
        if sentence.is_only_quoted:
            self._go_on(sentence)
            return
        said = sayings(sentence, mentions, self.cast)
        acts = acts_of(sentence.masked, mentions, said, self.cast)
        for one in said:
            self._say(sentence, one, said, acts)
        self._quoted_without_verb(sentence, said)
        for act in acts:
            if not any(_reports(one, act, acts, sentence) for one in said):
                self._act(sentence, act)
        treaties = self._treaties(sentence.masked)
        for act in facts_of_treaty(sentence.masked, treaties, self.treaty):
            self._treaty_fact(sentence, act)
        if len({slug for _, _, slug in treaties}) == 1:
            self.treaty = treaties[0][2]

    # Statements

    def _say(self, sentence: Sentence, one: Saying, said: list[Saying], acts: list[Act]) -> None:
        quotations = _quotations_of(sentence, one, said)
        complement = sentence.text[one.end : one.complement_end]
        told = _OPENS_COMPLEMENT.sub("", complement) if not one.stance else complement
        if len(told.split()) < _FEWEST_WORDS + 2 and not sentence.quotations and said[0] is one:
            told = _told_before(sentence, one) or told
            if acts and of_content(told) == "remarks":
                return
        own = _own_words(sentence, one, quotations)
        self.cast.last_speaker = one.subject
        goes_before = bool(quotations) and quotations[0].start < sentence.start + one.start and not one.stance
        is_all = goes_before or len(re.findall(r"\w+", own)) <= _FEWEST_WORDS
        if quotations and is_all and not _is_fragment(sentence, one, quotations[0]):
            for quotation in quotations:
                self._quote(sentence, one, quotation)
        elif len(told.split()) >= _FEWEST_WORDS or (one.stance and told.split()) or quotations:
            if _only_reports_acts(one, acts, sentence):
                return
            content = (
                told
                + " "
                + " ".join(
                    self._text(quotation) for quotation in quotations if quotation.start < sentence.start + one.start
                )
            )
            self._add(sentence, one, content, _longest(self.article, quotations))
        self.last = _Last(one.subject, one.stance, sentence.paragraph)

    def _quote(self, sentence: Sentence, one: Saying, quotation: Quotation) -> None:
        for start, end, stance in _parts(self._text(quotation), quotation.start, one.stance):
            self._add(sentence, one, self.article.text[start:end], self.article.passage(start, end), stance)

    def _go_on(self, sentence: Sentence) -> None:
        """Give a sentence that is only a quotation to whoever spoke last."""
        speaker = self.last.speaker
        if speaker is None or sentence.paragraph - self.last.paragraph > 1:
            return
        self.last.paragraph = sentence.paragraph
        going_on = Saying(0, 0, "", speaker, 0, len(sentence.text))
        for quotation in sentence.quotations:
            self._quote(sentence, going_on, quotation)

    def _quoted_without_verb(self, sentence: Sentence, said: list[Saying]) -> None:
        if said or not sentence.quotations or self.last.speaker is None:
            return
        for quotation in sentence.quotations:
            words = len(self._text(quotation).split())
            if words > 2 * _FEWEST_WORDS and sentence.paragraph == self.last.paragraph:
                self._quote(sentence, Saying(0, 0, "", self.last.speaker, 0, len(sentence.text)), quotation)

    def _text(self, quotation: Quotation) -> str:
        return self.article.text[quotation.start : quotation.end]

    def _add(self, sentence: Sentence, one: Saying, content: str, quote: str, stance: str = "") -> None:
        actor = one.subject
        stance = stance or stance_of(one.stance, content)
        treaties = self._treaties_of(sentence)
        targets = self._targets(actor, stance, content, treaties)
        if stance == "accuses" and not targets:
            stance = "opposes"
        if stance == "accuses":
            self.accused[actor.name] = targets[0]
            self.accusers[targets[0]] = actor.party
        kind = kind_of(stance, content)
        when = self.dating.of_saying(sentence, one.subject_start, one.end)
        told = {"stance": stance, "targets": targets, "treaties": treaties, "quote": quote.strip(), "content": content}
        self.found.append(self._made(sentence, actor, when, kind, **told))

    def _made(self, sentence: Sentence, actor: Actor, when: Dated, kind: str, **told: Any) -> Found:
        """Return a proposal; `told` may name stance, targets, treaties, quote, content and others."""
        targets, treaties = tuple(told.pop("targets", ())), tuple(told.pop("treaties", ()))
        party = self.names.party_by_slug.get(actor.party)
        return Found(
            actor=actor,
            party_name=party.name if party else "",
            date=when[0],
            date_precision=when[1],
            date_stated=when[2],
            kind=kind,
            targets=targets,
            target_names=tuple(self.names.party_by_slug[slug].name for slug in targets),
            treaties=treaties,
            treaty_names=tuple(self.names.treaty_by_slug[slug].name for slug in treaties),
            passage=sentence.text,
            start=sentence.start,
            **told,
        )

    def _treaties_of(self, sentence: Sentence) -> list[str]:
        named = list(dict.fromkeys(slug for _, _, slug in self._treaties(sentence.text)))
        return named or ([self.treaty] if self.treaty else [])

    def _targets(self, actor: Actor, stance: str, content: str, treaties: list[str]) -> list[str]:
        """Return the parties that a statement is about: those it names besides the speaker's own."""
        own = {actor.party, *self._parties_in(actor.name)}
        named = [slug for slug in self._parties_in(content) if slug not in own]
        if stance == "appeals":
            return named
        if named:
            return named[:1]
        if stance == "denies" and self.accusers.get(actor.party):
            return [self.accusers[actor.party]]
        if stance in {"accuses", "denies"} or re.search(r"\bpartners?\b", content):
            before = self.accused.get(actor.name, "")
            return [before] if before else self._counterpart(actor.party, treaties)
        return []

    def _counterpart(self, party: str, treaties: list[str]) -> list[str]:
        """Return the other party of a bilateral treaty."""
        for treaty in self.names.treaties:
            if treaty.slug in treaties and party in treaty.parties:
                return [slug for slug in treaty.parties if slug != party][:1]
        return []

    def _parties_in(self, text: str) -> list[str]:
        found = [
            one for one in self.reader.mentions(text) if one.kind in {"party", "adjective", "body", "person", "role"}
        ]
        return list(dict.fromkeys(one.actor.party for one in found if one.actor.party))

    # Acts

    def _act(self, sentence: Sentence, act: Act) -> None:
        treaties = self._treaties_of(sentence)
        when = self.dating.of_act(sentence, act.start, act.end)
        actor = act.actor if act.kind in {"order", "meeting", "talks", "decision"} else self._as_party(act.actor)
        own = {actor.party}
        targets = [slug for slug in self._parties_in(sentence.text[act.end :]) if slug not in own]
        is_told = act.kind == "order" or "notif" in sentence.masked[act.start : act.end]
        targets = targets if is_told else []
        self.found.append(
            self._made(sentence, actor, when, act.kind, targets=targets, treaties=treaties, others=act.others)
        )

    def _as_party(self, actor: Actor) -> Actor:
        party = self.names.party_by_slug.get(actor.party)
        return Actor(party.name, party.slug) if party else actor

    def _dated_before(self, sentence: Sentence, act: Act) -> Dated | None:
        """Return the date that the article has just given for the treaty: "was signed in 1987 and bans …"."""
        same = [
            one
            for one in self.found
            if one.treaties == (act.treaty,) and not one.stance and sentence.start - one.start < _NEAR
        ]
        last = next((one for one in reversed(same) if one.kind in {"signature", "entry_into_force", "fact"}), None)
        return (last.date, last.date_precision, False) if last else None

    def _treaty_fact(self, sentence: Sentence, act: Act) -> None:
        when = self.dating.of_treaty(sentence, act.end) or (
            self._dated_before(sentence, act) if act.kind == "fact" else None
        )
        if when is not None:
            self.found.append(self._made(sentence, Actor(""), when, act.kind, treaties=[act.treaty]))


def _told_before(sentence: Sentence, one: Saying) -> str:
    """Return the words before ", officials said": what was said may stand before who said it."""
    head = sentence.text[: one.subject_start]
    return head.rstrip().rstrip(",") if _TRAILING.search(head) else ""


def _quotations_of(sentence: Sentence, one: Saying, said: list[Saying]) -> list[Quotation]:
    """Return the quotations that belong to this verb: those in its complement, and for the first those before it."""
    first = said[0] is one
    found = []
    for quotation in sentence.quotations:
        place = quotation.start - sentence.start
        if one.end <= place <= one.complement_end or (first and place < one.start):
            found.append(quotation)
    return found


def _own_words(sentence: Sentence, one: Saying, quotations: list[Quotation]) -> str:
    """Return what the writer adds to the quotation in the complement: "during the meeting", or a claim of its own."""
    text = sentence.masked[one.end : one.complement_end]
    text = re.sub(r"[\"“„][^\"”]*[\"”]?", " ", text)
    text = re.sub(
        r"\b(?:reporters|journalists|lawmakers|parliament|the|an?|in|on|at|during|to|of|after|press|news|meeting|briefing"
        r"|conference|interview|statement|television|agency|told|[A-Z][\w.’'-]*)\b|\d+",
        " ",
        text,
    )
    return text if quotations else sentence.masked[one.end : one.complement_end]


def _is_fragment(sentence: Sentence, one: Saying, quotation: Quotation) -> bool:
    """Say whether the quoted words are a part of the writer's own sentence, not a sentence of the speaker's."""
    place = quotation.start - sentence.start
    words = sentence.text[place : quotation.end - sentence.start]
    goes_on = place > one.end and words[:1].islower()
    return goes_on or len(re.findall(r"\w+", words)) < _FEWEST_WORDS


def _longest(article: Article, quotations: list[Quotation]) -> str:
    texts = [article.passage(one.start, one.end) for one in quotations]
    return max(texts, key=len, default="")


def _parts(text: str, start: int, verb_stance: str) -> list[tuple[int, int, str]]:
    """Split a quotation where a sentence of it takes another stance; what takes none stays with its neighbour."""
    ends = [match.end() for match in re.finditer(r"[.!?…](?=\s+[A-Z])", text)] + [len(text)]
    parts: list[tuple[int, int, str]] = []
    begin = 0
    for end in ends:
        stance = stance_of(verb_stance, text[begin:end])
        if parts and (stance in {parts[-1][2], "remarks"} or parts[-1][2] == "remarks"):
            first, _, kept = parts.pop()
            parts.append((first, end, kept if stance == "remarks" else stance))
        else:
            parts.append((begin, end, stance))
        begin = end
    return [(start + first, start + last, stance) for first, last, stance in parts]


def _only_reports_acts(one: Saying, acts: list[Act], sentence: Sentence) -> bool:
    """Say whether "Washington said it had notified …" tells nothing but the act itself."""
    return not one.stance and any(
        act.actor.party == one.subject.party and one.end < act.start and act.start - one.end < 25  # noqa: PLR2004
        and re.match(r"\s*(?:that\s+)?(?:it|they|he|she)\s+(?:has|have|had)", sentence.masked[one.end : act.end])
        for act in acts
    )  # fmt: skip


def _reports(one: Saying, act: Act, acts: list[Act], sentence: Sentence) -> bool:
    """Say whether an act is only what a statement says, and is proposed as that statement already."""
    return one.end <= act.start < one.complement_end and not _only_reports_acts(one, acts, sentence)


def _without_repeats(found: list[Found]) -> list[Found]:
    """Keep one of two proposals that say the same of the same speaker, such as a caption and the sentence below."""
    kept: list[Found] = []
    for one in found:
        twin = next((other for other in kept if _says_the_same(one, other)), None)
        if twin is None:
            kept.append(one)
        elif len(one.quote) > len(twin.quote) or (one.date_stated and not twin.date_stated and not twin.quote):
            kept[kept.index(twin)] = replace(one, start=twin.start)
    return kept


def _says_the_same(one: Found, other: Found) -> bool:
    if one.actor.name != other.actor.name or one.kind != other.kind or one.stance != other.stance:
        return False
    words = [set(fold(text.content or text.passage).split()) for text in (one, other)]
    if one.quote and other.quote:
        return words[0] == words[1]
    share = len(words[0] & words[1]) / max(1, min(len(words[0]), len(words[1])))
    return share > _SAME_SHARE and one.treaties == other.treaties
