"""Who says what in a sentence: each verb of saying with its subject, and the words that are its complement."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from events.intake.lexicon import STANCE_OF_PHRASE, STANCE_OF_VERB
from events.intake.mentions import Actor, Cast, Mention

if TYPE_CHECKING:
    from events.intake.article import Sentence

_PHRASES = "|".join(f"(?P<p{number}>{pattern})" for number, (pattern, _) in enumerate(STANCE_OF_PHRASE))
_VERB = re.compile(
    rf"\b(?:{_PHRASES}|(?P<verb>{'|'.join(sorted(STANCE_OF_VERB, key=len, reverse=True))}))\b", re.IGNORECASE
)
_ACCORDING = re.compile(r"\b[Aa]ccording\s+to\b")
_BETWEEN = re.compile(
    r"(?:\s|,|\b(?:and|also|later|earlier|then|again|first|now|still|too|has|have|had|will|would|is|are|was|were|been"
    r"|himself|herself|itself|on|in|at|the|that|same|day|part|for|his|her|its|their|statement|s|once|never|not|just"
    r"|both|all|who|press|news|conference|briefing|interview|joint|written|separate|a|an|however|meanwhile|but|began|may|might"
    r"|continues?|continued|went|further|so|far|since|a\.?m|p\.?m|morning|evening|afternoon|night|week|month|year"
    r"|\w+ly)\b)*"
)
_INSERTION = re.compile(r",\s(?:[^,]|,(?=\d)){3,140},(?=\s)")
_PREPOSITION = re.compile(r"\b(?:to|with|by|of|from|against|between|for|at|in|on|over|about|than)\s+(?:the\s+)?$")
_SPOKESMEN_OF = re.compile(r"\b(?:officials?|authorities|lawmakers|diplomats?|leaders)\s+in\s+$", re.IGNORECASE)
_NEW_CLAUSE = re.compile(r"(?:\bwhile|\bbut|;|:|\bwhereas|\bafter|\bas|, and)\s+(?:[\w.’'-]+\s+){0,8}$")
_JOINED = re.compile(r"(?:,\s*)?\b(?:and|but|or)\s+(?:also\s+|later\s+|has\s+|have\s+|had\s+|\w+ly\s+)*$")
_NEEDS_QUOTATION = {"call", "calls", "calling", "called", "continue", "continued", "describe", "describes",
                    "described", "describing", "recall", "recalls", "recalled"}  # fmt: skip
_SUBJECTS = {"person", "body", "party", "role", "pronoun", "text"}


@dataclass(frozen=True)
class Saying:
    """One verb of saying: its stance by itself, who is its subject, and where its complement stands in the sentence."""

    start: int
    end: int
    stance: str
    subject: Actor
    subject_start: int
    complement_end: int
    subject_kind: str = ""


def sayings(sentence: Sentence, mentions: list[Mention], cast: Cast) -> list[Saying]:
    """Return the verbs of saying that have a subject, in order; offsets are within the sentence."""
    masked = sentence.masked
    found = _according(masked, mentions)
    if found:
        return found
    for match in _VERB.finditer(masked):
        verb = (match["verb"] or "").lower()
        if verb in _NEEDS_QUOTATION and not sentence.quotations:
            continue
        subject = _subject(match, masked, mentions, found, cast)
        if subject is None or not subject.actor.name:
            continue
        if (
            verb in {"saying", "adding", "citing"}
            and found
            and found[-1].stance
            and _same(subject.actor, found[-1].subject)
        ):
            # "blamed Moscow, saying …": the reason is a part of the charge.
            continue
        stance = STANCE_OF_VERB[verb] if verb else _stance_of_phrase(match)
        one = Saying(match.start(), match.end(), stance, subject.actor, subject.start, len(masked), subject.kind)
        if found and _is_within(one, found[-1], masked):
            if _same(one.subject, found[-1].subject) and not found[-1].stance and one.start - found[-1].end < 30:  # noqa: PLR2004
                # "said he hoped": the second verb tells what the first only opens.
                found[-1] = replace(one, subject_start=found[-1].subject_start)
            elif not _same(one.subject, found[-1].subject):
                continue
            else:
                found.append(one)
            continue
        found.append(one)
    return _with_ends(found, masked)


def _stance_of_phrase(match: re.Match[str]) -> str:
    return next(stance for number, (_, stance) in enumerate(STANCE_OF_PHRASE) if match[f"p{number}"])


def _subject(
    match: re.Match[str], masked: str, mentions: list[Mention], found: list[Saying], cast: Cast
) -> Mention | None:
    """Return the subject before the verb, the one behind it ("said Putin"), or that of the verb it is joined to."""
    before = [one for one in mentions if one.end <= match.start() and one.kind in _SUBJECTS]
    for one in reversed(before):
        if _fits(masked, one, match.start()):
            return _resolved(one, before, masked, cast)
    behind = next((one for one in mentions if one.start >= match.end() and one.kind in _SUBJECTS - {"pronoun"}), None)
    if (
        behind
        and re.fullmatch(r"\s+(?:the\s+)?", masked[match.end() : behind.start])
        and _may_stand_inverted(masked, match)
    ):
        return behind
    return _joined(match, masked, found, before, cast)


def _may_stand_inverted(masked: str, match: re.Match[str]) -> bool:
    return bool(re.search(r"[\"”]\s*$", masked[: match.start()])) and not match.group().lower().endswith("ing")


def _joined(
    match: re.Match[str], masked: str, found: list[Saying], before: list[Mention], cast: Cast
) -> Mention | None:
    head = masked[: match.start()]
    is_participle = match.group().lower().split()[0].endswith("ing")
    if not is_participle and not _JOINED.search(head):
        return None
    if found:
        last = found[-1]
        return Mention(last.subject_start, last.subject_start, last.subject_kind or "party", last.subject)
    free = [one for one in before if one.kind != "pronoun" and not _PREPOSITION.search(masked[: one.start])]
    return _resolved(free[0], before, masked, cast) if is_participle and free else None


def _fits(masked: str, one: Mention, verb: int) -> bool:
    gap = masked[one.end : verb]
    gap = _INSERTION.sub(" ", gap + " ")
    gap = re.sub(
        r"\b(?:on|in|at|last|late|early)\s+(?:[A-Z][a-z]+\.?\s+\d{1,2}|\d{1,2}\s+[A-Z][a-z]+|[A-Z][a-z]+day|\d{4})"
        r"(?:,?\s+\d{4})?|\b[A-Z][a-z]+day\b|\b[A-Z][a-z]{2,8}\.?\s+\d{1,2}\b",
        " ",
        gap,
    )
    if not _BETWEEN.fullmatch(gap):
        return False
    head = masked[: one.start]
    return not _PREPOSITION.search(head) or bool(_SPOKESMEN_OF.search(head))


def _resolved(one: Mention, before: list[Mention], masked: str, cast: Cast) -> Mention | None:
    if one.kind == "text":
        named = _owner_of_text(one, before, masked)
        actor = named or cast.last_speaker
    elif one.kind == "pronoun":
        actor = _whom(masked[one.start : one.end].lower(), one, before, cast)
    else:
        actor = _together(one, before, masked)
    return Mention(one.start, one.end, one.kind, actor) if actor else None


def _owner_of_text(one: Mention, before: list[Mention], masked: str) -> Actor | None:
    owner = next(
        (other for other in reversed(before) if other.end <= one.start and other.kind in {"body", "party"}), None
    )
    return owner.actor if owner and not masked[owner.end : one.start].strip() else None


def _whom(word: str, one: Mention, before: list[Mention], cast: Cast) -> Actor | None:
    named = [other for other in before if other.end <= one.start and other.kind in {"person", "body", "party", "role"}]
    if word == "who":
        return named[-1].actor if named else None
    if word in {"he", "she"}:
        persons = [other.actor for other in named if other.kind in {"person", "role"}]
        speaker = cast.last_speaker if cast.last_speaker and cast.last_speaker.is_person else None
        return (persons[0] if persons else None) or speaker or cast.last_person
    groups = [other.actor for other in named if other.kind in {"body", "party"}]
    return groups[0] if groups else cast.last_speaker


def _together(one: Mention, before: list[Mention], masked: str) -> Actor:
    """Return "the United States and NATO" as one speaker where two are joined before the verb."""
    actors, last = [one.actor], one
    for other in reversed([mention for mention in before if mention.end <= one.start]):
        joined = re.fullmatch(r",?\s+and\s+(?:the\s+)?|,\s+(?:the\s+)?", masked[other.end : last.start])
        if not joined or last.kind not in {"party", "body"} or other.kind not in {"party", "body"}:
            break
        actors.insert(0, other.actor)
        last = other
    if len(actors) == 1:
        return one.actor
    names = [actor.name for actor in actors]
    return Actor(f"{', '.join(names[:-1])} and {names[-1]}", actors[0].party)


def _same(one: Actor, other: Actor) -> bool:
    return one.name == other.name


def _is_within(one: Saying, last: Saying, masked: str) -> bool:
    """Say whether a verb belongs to what another speaker is said to have said, not to a clause of its own."""
    if last.start > one.subject_start and one.subject_start > last.subject_start:
        return False
    between = masked[last.end : max(one.subject_start, last.end)]
    return not _NEW_CLAUSE.search(between) and '"' not in between and "”" not in between


def _according(masked: str, mentions: list[Mention]) -> list[Saying]:
    match = _ACCORDING.search(masked)
    if not match:
        return []
    # What stands behind "according to X," or before ", according to X" is what X said.
    behind = next(
        (one for one in mentions if one.start >= match.end() and one.kind in {"person", "body", "party", "role"}), None
    )
    if behind is None or masked[match.end() : behind.start].strip() not in ("", "the", "a"):
        return []
    comma = masked.find(",", behind.end)
    end = comma + 1 if match.start() == 0 and comma > 0 else len(masked)
    return [
        Saying(
            match.start(),
            max(end, behind.end) if match.start() == 0 else len(masked),
            "",
            behind.actor,
            behind.start,
            len(masked),
            behind.kind,
        )
    ]


def _with_ends(found: list[Saying], masked: str) -> list[Saying]:
    """End each complement where the next verb's clause begins."""
    ended = []
    for number, one in enumerate(found):
        if number + 1 < len(found):
            following = found[number + 1]
            begin = following.subject_start if following.subject_start > one.end else following.start
            cut = re.search(r"(?:,?\s*\b(?:and|but|while)\s*(?:has|have|also|later|\w+ly)?\s*|,\s*)$", masked[:begin])
            one = replace(one, complement_end=max(cut.start() if cut else begin, one.end))  # noqa: PLW2901
        ended.append(one)
    return ended
