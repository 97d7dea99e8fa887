"""What was done, not said: notices, suspensions, meetings, orders, signatures, expiries, as a sentence reports them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from events.intake.mentions import Actor, Cast, Mention

if TYPE_CHECKING:
    from events.intake.sayings import Saying

_HAVE = r"(?:has\s+|have\s+|had\s+)?(?:\w+ly\s+)?"
# Kind of event → how a sentence says that somebody did it. The subject stands before, as for a verb of saying.
_DONE_BY: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        (
            "notice_of_withdrawal",
            rf"\b{_HAVE}(?:notified\b(?=.*\b(?:inten\w+|withdraw\w*|leave|exit|denounc\w+))"
            r"|(?:gave|given|submitted|deposited|delivered|handed\s+over|sent|filed)\s+(?:\w+\s+){0,4}"
            r"(?:notice|notification|instruments?)\b(?=.*\b(?:withdraw\w*|leav\w+|exit|denunciation|denounc\w+|quit))"
            r"|served\s+notice\b)",
        ),
        ("suspension", rf"\b{_HAVE}suspended\s+(?:its|their|the|all|his|her|[A-Z]\w+[’']s)\b(?!\s+talks)"),
        ("order", rf"\b{_HAVE}(?:ordered|instructed|directed)\s+(?=[A-Z]|the\b|his\b|her\b)"),
        ("order", rf"\b{_HAVE}signed\s+(?=.{{0,40}}\b(?:decree|law|bill|order)\b)"),
        ("decision", rf"\b{_HAVE}(?:voted|approved|adopted|passed)\s+(?=.{{0,80}}\b(?:withdraw\w*|law|bill|resolution"
                     r"|ratif\w+|leav\w+|suspen\w+|exit)\b)"),
        ("ratification", rf"\b{_HAVE}(?:ratified|acceded\s+to|joined)\b"),
        ("revocation_of_notice", rf"\b{_HAVE}(?:revoked|rescinded|withdrew)\s+(?:its|their)\s+(?:notice|withdrawal)\b"),
        ("withdrawal_effect", rf"\b{_HAVE}(?:withdrew|withdrawn|pulled\s+out)\s+(?:from|of)\b"),
        ("signature", rf"\b{_HAVE}signed\b(?!\s+(?:in|on|by|into)\b)"),
        ("meeting", r"\b(?:met\b(?!\s+(?:its|their|the))"
                    r"|(?:has\s+|had\s+)?held\s+(?:\w+\s+){0,3}(?:talks|a\s+meeting|consultations))"),
    )
)  # fmt: skip
# What befell a treaty: the treaty itself is the subject.
_OF_TREATY: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("signature", r"\b(?:was|were)\s+(?:first\s+)?(?:signed|opened\s+for\s+signature|concluded)\b"),
        ("entry_into_force", r"\b(?:entered|came|went|enters)\s+into\s+(?:force|effect)\b|\btook\s+effect\b"),
        ("expiry", r"\b(?:expire[sd]?|expiring|lapse[sd]?|run(?:s|ning)?\s+out|ran\s+out)\b"),
        ("fact", r"\b(?:bans?|banned|prohibits?|prohibited|limits?|limited|caps?|capped|outlaws?|outlawed|bars|barred"
                 r"|eliminated|restricts?|requires?|allows?|obliges)\b"),
        ("fact", r"\b(?:was|is|remains)\s+the\s+(?:first|only|last|sole)\b"),
    )
)  # fmt: skip
_TALKS = re.compile(
    r"\b(?P<what>talks|negotiations|consultations|a\s+meeting|the\s+meeting)\b(?P<between>.*?\bbetween\b.*?)"
    r"\b(?:ended|failed|collapsed|concluded|broke\s+down|produced|yielded|took\s+place|were\s+held)\b"
)
_TREATY_SUBJECT = re.compile(
    r"\b(?:[Tt]he|[Tt]his)\s+(?:\w+[\s-]){0,2}(?:treaty|pact|agreement|accord|convention|deal)\b"
)
_NO_SUBJECT_BEFORE = {"ratification", "meeting"}


@dataclass(frozen=True)
class Act:
    """One reported act: its kind, who did it, with whom, and where its verb stands in the sentence."""

    kind: str
    start: int
    end: int
    actor: Actor
    others: tuple[Actor, ...] = ()
    treaty: str = ""


def acts_of(masked: str, mentions: list[Mention], said: list[Saying], cast: Cast) -> list[Act]:
    """Return the acts that a sentence reports of parties and persons; one verb makes one act."""
    found: list[Act] = []
    for kind, pattern in _DONE_BY:
        for match in pattern.finditer(masked):
            if any(one.start <= match.end() and match.start() <= one.end for one in found):
                continue
            actor = _doer(match, masked, mentions, said, found, cast)
            if actor is not None and not _is_only_feared(masked, match):
                found.append(
                    Act(kind, match.start(), match.end(), actor, _partners(kind, match, masked, mentions, actor))
                )
    talks = _TALKS.search(masked)
    if talks:
        persons = [one.actor for one in mentions if talks.start() <= one.start < talks.end() and one.kind == "person"]
        groups = [
            one.actor for one in mentions if talks.start() <= one.start < talks.end() and one.kind in {"party", "body"}
        ]
        present = persons or groups
        if present:
            found.append(Act("talks", talks.start(), talks.end(), present[0], tuple(present[1:])))
    return found


def _is_only_feared(masked: str, match: re.Match[str]) -> bool:
    """Say whether the verb is conditional or denied: "if it withdrew", "has not ratified"."""
    return bool(
        re.search(r"\b(?:not|never|if|would|could|unless|until)\s+(?:\w+\s+){0,2}$", masked[: match.start()])
    ) or bool(re.match(r"(?:has|have|had)\s+(?:not|never)\b", match.group()))


def _doer(
    match: re.Match[str], masked: str, mentions: list[Mention], said: list[Saying], found: list[Act], cast: Cast
) -> Actor | None:
    from events.intake.sayings import _fits, _resolved

    before = [one for one in mentions if one.end <= match.start()]
    for one in reversed(before):
        if one.kind in {"person", "body", "party", "role", "pronoun"} and _fits(masked, one, match.start()):
            own = _resolved(one, before, masked, cast)
            return own.actor if own else None
    if re.search(r"\band\s+(?:\w+ly\s+)?$", masked[: match.start()]):
        if found:
            return found[-1].actor
        return said[-1].subject if said else None
    return None


def _partners(kind: str, match: re.Match[str], masked: str, mentions: list[Mention], actor: Actor) -> tuple[Actor, ...]:
    if kind != "meeting":
        return ()
    end = re.search(r"\bto\s+\w+|\bafter\b|\bbefore\b|$", masked[match.end() :])
    limit = match.end() + (end.start() if end else 0)
    behind = [
        one.actor for one in mentions if match.end() <= one.start < limit and one.kind in {"person", "party", "body"}
    ]
    persons = [one for one in behind if one.is_person]
    return tuple(one for one in (persons or behind) if one != actor)


def facts_of_treaty(masked: str, treaties: list[tuple[int, int, str]], last_treaty: str) -> list[Act]:
    """Return what a sentence says of a treaty itself, given the treaties that it names by place."""
    found: list[Act] = []
    subjects = [(start, end, slug) for start, end, slug in treaties]
    subjects += [(one.start(), one.end(), last_treaty) for one in _TREATY_SUBJECT.finditer(masked) if last_treaty]
    for kind, pattern in _OF_TREATY:
        for match in pattern.finditer(masked):
            owner = _owner(masked, subjects, match)
            if owner and not any(one.kind == kind for one in found):
                found.append(Act(kind, match.start(), match.end(), Actor(""), treaty=owner))
    return found


def _owner(masked: str, subjects: list[tuple[int, int, str]], match: re.Match[str]) -> str:
    before = sorted(one for one in subjects if one[1] <= match.start())
    if not before:
        return ""
    _, end, slug = before[-1]
    gap = masked[end : match.start()]
    plain = re.fullmatch(
        r"(?:\s|,|\b(?:which|that|is|was|were|are|be|been|set|due|scheduled|to|will|would|has|have|had|pact|treaty|agreement"
        r"|accord|it|also|and|then|formally|officially|bans|signed|in|on|by|now|\d+|[A-Z][a-z]+)\b|\([^)]*\))*",
        gap,
    )
    return slug if plain else ""
