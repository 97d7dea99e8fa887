"""An article as text with places: paragraphs, sentences and quotations, each by its offsets in what was pasted.

Offsets are kept through everything, because an editor is shown the exact passage, and a quotation that is not to the
letter what the source has is worth nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

HIDDEN = "\N{MIDDLE DOT}"
_LONGEST_WRAPPED_LINE = 120
_OPENING, _CLOSING = '"“„«', '"”»'
_ABBREVIATIONS = re.compile(
    r"(?:\b(?:[A-Z]|Mr|Mrs|Ms|Dr|Gen|Lt|Col|Adm|Sen|Rep|Gov|Sgt|Maj|Capt|Amb|Hon|Prof|St|No|Jr|Sr|vs|etc|Inc|Ltd"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec|Art|approx|e\.g|i\.e|a\.m|p\.m)|\b(?:[A-Z]\.)+[A-Z])\.$"
)
_SENTENCE_END = re.compile(r"[.!?…][\"”’')»\]]*(?=\s+[\"“„«‘'(\[]?[A-Z0-9À-ÞА-Я" + HIDDEN + r"])")
_TERMINAL = re.compile(r"[.!?…:][\"”’')»\]]*\s*$")


@dataclass(frozen=True)
class Quotation:
    """What stands between two quotation marks; the offsets leave the marks out."""

    start: int
    end: int


@dataclass(frozen=True)
class Sentence:
    """One sentence; `masked` is as long as `text`, with the inside of quotations hidden from the rules."""

    start: int
    text: str
    masked: str
    quotations: tuple[Quotation, ...]
    paragraph: int

    @property
    def end(self) -> int:
        """Return the offset behind the last character."""
        return self.start + len(self.text)

    @property
    def is_only_quoted(self) -> bool:
        """Say whether the sentence has no words of the writer's own."""
        return bool(self.quotations) and not re.search(r"\w", self.masked)


@dataclass(frozen=True)
class Article:
    """A pasted article."""

    text: str

    @cached_property
    def sentences(self) -> list[Sentence]:
        """Return the sentences of the body, in order; headlines, captions said twice and credits are left out."""
        found: list[Sentence] = []
        seen: set[str] = set()
        for number, (start, end) in enumerate(self._paragraphs()):
            words = " ".join(self.text[start:end].split())
            if words and words not in seen and not _is_heading(words):
                found += self._sentences_of(start, end, number)
            seen.add(words)
        return found

    def passage(self, start: int, end: int) -> str:
        """Return what stands between two offsets, without blanks at its ends."""
        return self.text[start:end].strip()

    def _paragraphs(self) -> list[tuple[int, int]]:
        longest = max((len(line) for line in self.text.splitlines()), default=0)
        # Text wrapped by hand has its paragraphs between empty lines; otherwise each line is one.
        gap = r"\n\s*\n" if longest <= _LONGEST_WRAPPED_LINE else r"\n+"
        places, last = [], 0
        for match in re.finditer(gap, self.text):
            places.append((last, match.start()))
            last = match.end()
        return [*places, (last, len(self.text))]

    def _sentences_of(self, start: int, end: int, number: int) -> list[Sentence]:
        text = self.text[start:end]
        quotations = _quotations(text)
        masked = _mask(text, quotations)
        cuts = [0, *_cuts(masked), len(text)]
        found = []
        for first, last in pairwise(cuts):
            lead = len(text[first:last]) - len(text[first:last].lstrip())
            piece = text[first:last].strip()
            if piece:
                begin = first + lead
                inside = tuple(
                    Quotation(start + one.start, start + one.end)
                    for one in quotations
                    if one.start >= first and one.end <= last
                )
                found.append(Sentence(start + begin, piece, masked[begin : begin + len(piece)], inside, number))
        return found


def _is_heading(words: str) -> bool:
    """Say whether a paragraph is no sentence but a headline, a caption or a credit: it ends without a stop."""
    return not _TERMINAL.search(words)


def _quotations(text: str) -> list[Quotation]:
    found, opened = [], -1
    for place, mark in enumerate(text):
        if mark not in _OPENING + _CLOSING:
            continue
        if opened < 0 and mark in _OPENING and _can_open(text, place):
            opened = place + 1
        elif opened >= 0 and mark in _CLOSING:
            found.append(Quotation(opened, place))
            opened = -1
    if opened >= 0:
        # A quotation over several paragraphs closes only in the last of them.
        found.append(Quotation(opened, len(text.rstrip())))
    return [one for one in found if text[one.start : one.end].strip()]


def _can_open(text: str, place: int) -> bool:
    return (place == 0 or not text[place - 1].isalnum()) and place + 1 < len(text) and not text[place + 1].isspace()


def _mask(text: str, quotations: list[Quotation]) -> str:
    """Hide quoted words, keeping a stop or comma before the closing mark: it ends the sentence around it."""
    masked = list(text)
    for one in quotations:
        last = one.end - 1
        keep = last if text[last] in ".,!?…" else one.end
        for place in range(one.start, keep):
            masked[place] = HIDDEN
    return "".join(masked)


def _cuts(masked: str) -> list[int]:
    cuts = []
    for match in _SENTENCE_END.finditer(masked):
        before = masked[: match.start() + 1]
        if match.group().startswith(".") and len(match.group()) == 1 and _ABBREVIATIONS.search(before[-12:]):
            continue
        cuts.append(match.end())
    return cuts
