"""How an entry of a timeline is drawn.

A page draws a hundred entries or more, for which a template takes longer than for all the rest of the page. They are
written here instead, in this one place, every text of the record escaped as it is put in.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from html import escape  # as Django's own, which looks for lazy texts first; there are none here
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, pgettext

from events.markdown import rendered
from events.models import Event, Statement
from treaties.models.labels import label_of
from treaties.record_language import lang_attribute

if TYPE_CHECKING:
    from collections.abc import Iterable

    from events.listed import Link, Listed, ListedSource


# No line begins with the dot.
_BETWEEN = "\N{NO-BREAK SPACE}· "


@dataclass(frozen=True)
class _Words:
    """The words that stand in every entry, in one language."""

    inferred: str
    coarse: str
    unverified: str
    concerns: str
    on: str
    answers: str
    source: str
    colon: str
    # The attribute of a text of the record on a page in another language, and what is put round paragraphs of it.
    lang: str
    begin: str
    end: str


@lru_cache(maxsize=32)
def _words_in(_language: str | None) -> _Words:
    lang = lang_attribute()
    return _Words(
        inferred=escape(gettext("inferred from the source")),
        coarse=escape(gettext("as precise as the source")),
        unverified=escape(gettext("unverified")),
        concerns=escape(gettext("Concerns:")),
        on=escape(pgettext("a statement on a party", "on")),
        answers=escape(gettext("Answers")),
        source=escape(gettext("Source:")),
        colon=escape(pgettext("between a name and what is said of it", ": ")),
        lang=lang,
        begin=f"<div{lang}>" if lang else "",
        end="</div>" if lang else "",
    )


def entries_html(entries: Iterable[Listed], level: int = 4) -> SafeString:
    """Return the list items of the entries, in the reader's language; `level` is that of their headings."""
    language = get_language()
    return SafeString("\n".join(_item(one, level, language) for one in entries))


# An edit of one event has every page made anew, with all its other entries as they were. The key holds everything that
# an entry is drawn from, so that one drawn before is never out of date.
@lru_cache(maxsize=4096)
def _item(one: Listed, level: int, language: str | None) -> str:
    said, words = one.stance is not None, _words_in(language)
    tail = _BETWEEN.join(filter(None, (_who(one, words), _sources(one, words))))
    return (
        f'<li class="{one.group}"><article id="{escape(one.slug)}">\n<p class="meta">'
        f"{_when(one, words)}{_tags(one, words)}</p>\n"
        f'<h{level}{words.lang}><a href="{one.address}">{escape(one.title)}</a></h{level}>\n'
        f"{words.begin}{_quotation(one) if said else ''}{rendered(one.summary)}{words.end}"
        f"{_obligation(one, words) if said else ''}"
        f'\n<p class="tail">{tail}{_replies(one, words)}</p>\n</article></li>'
    )


def _when(one: Listed, words: _Words) -> str:
    when, exact = escape(one.when), one.exact
    day = f'<time datetime="{escape(one.date)}">{when}</time>' if exact else f"<b>{when}</b>"
    if one.date_basis == "inferred":
        return f'{day}<span class="prec">{words.inferred}</span>'
    return day if exact else f'{day}<span class="prec">{words.coarse}</span>'


def _tags(one: Listed, words: _Words) -> str:
    kind = f'<span class="kind">{escape(label_of(Event.Kind, one.kind))}</span>'
    if one.stance is not None:
        kind += f'<span class="st {one.tone}">{escape(label_of(Statement.Stance, one.stance))}</span>'
    return kind if one.verified else f'{kind}<span class="unverified">{words.unverified}</span>'


def _quotation(one: Listed) -> str:
    return f"<blockquote>“{escape(one.quotation)}”</blockquote>\n" if one.quotation else ""


def _obligation(one: Listed, words: _Words) -> str:
    if not one.obligation:
        return ""
    return f'\n<p class="small soft">{words.concerns} {_own(one.obligation, words)}</p>'


def _who(one: Listed, words: _Words) -> str:
    named = ", ".join(one.targets) if one.stance is not None else ""
    on = f"{words.on} {_own(named, words)}" if named else ""
    # Without the comma, "President of Russia on the United States" reads as one title.
    return ", ".join(filter(None, (_own(one.who, words), on)))


def _own(text: str, words: _Words) -> str:
    """Return a text of the record, which says its language on a page in another one."""
    return f"<span{words.lang}>{escape(text)}</span>" if words.lang and text else escape(text)


def _replies(one: Listed, words: _Words) -> str:
    answered = f"<span>{words.answers} {_link(one.answered, words)}</span>" if one.answered else ""
    told = [f"{escape(answer.words)}{words.colon}{_link(answer, words)}" for answer in one.answers]
    return answered + "".join(f"<span>{answer}</span>" for answer in told)


def _link(other: Link, words: _Words) -> str:
    return f'<a href="{escape(other.address)}"{words.lang}>{escape(other.title)}</a>'


def _sources(one: Listed, words: _Words) -> str:
    return f"{words.source} {', '.join(_source(source, one) for source in one.sources)}"


def _source(source: ListedSource, of: Listed) -> str:
    # One that is not on the web is described on the event's own page: not every list has its sources at its foot.
    address = escape(source.url) if source.url else f"{of.address}#source-{escape(source.slug)}"
    return f'<a href="{address}">{escape(source.publisher)}</a>'
