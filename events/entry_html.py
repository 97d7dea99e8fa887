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
from treaties.record_language import lang_attribute

if TYPE_CHECKING:
    from collections.abc import Iterable

    from events.models import Event, Statement
    from events.timeline import Entry
    from treaties.models import Source


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
        lang=lang,
        begin=f"<div{lang}>" if lang else "",
        end="</div>" if lang else "",
    )


def entries_html(entries: Iterable[Entry], level: int = 4) -> SafeString:
    """Return the list items of the entries, in the reader's language; `level` is that of their headings."""
    words = _words_in(get_language())
    return SafeString("\n".join(_item(one, level, words) for one in entries))


def _item(one: Entry, level: int, words: _Words) -> str:
    event, said = one.event, one.statement
    slug = escape(event.slug)
    return (
        f'<li class="{one.group}"><article id="{slug}" aria-labelledby="{slug}-t">\n<p class="meta">'
        f"{_when(one, words)}{_tags(one, words)}</p>\n"
        f'<h{level} id="{slug}-t"{words.lang}>{_link(event)}</h{level}>\n'
        f"{words.begin}{_quotation(said)}{rendered(event.summary)}{words.end}{_obligation(said, words)}"
        f'\n<p class="tail">{_who(one, words)}{_replies(one, words)}{_sources(event, words)}</p>\n</article></li>'
    )


def _link(event: Event, lang: str = "") -> str:
    return f'<a href="{escape(event.get_absolute_url())}"{lang}>{escape(event.title)}</a>'


def _when(one: Entry, words: _Words) -> str:
    when = escape(one.when)
    day = f'<time datetime="{escape(one.event.date)}">{when}</time>' if one.exact else f"<b>{when}</b>"
    if one.event.date_basis == "inferred":
        return f'{day}<span class="prec">{words.inferred}</span>'
    return day if one.exact else f'{day}<span class="prec">{words.coarse}</span>'


def _tags(one: Entry, words: _Words) -> str:
    kind = f'<span class="kind">{escape(one.event.get_kind_display())}</span>'
    stance = f'<span class="st {one.tone}">{escape(one.statement.get_stance_display())}</span>' if one.statement else ""
    return kind + stance + ("" if one.event.verified else f'<span class="unverified">{words.unverified}</span>')


def _quotation(said: Statement | None) -> str:
    return f"<blockquote>“{escape(said.quotation)}”</blockquote>\n" if said and said.quotation else ""


def _obligation(said: Statement | None, words: _Words) -> str:
    if said is None or not said.obligation:
        return ""
    duty = escape(said.obligation)
    marked = f"<span{words.lang}>{duty}</span>" if words.lang else duty
    return f'\n<p class="small soft">{words.concerns} {marked}</p>'


def _who(one: Entry, words: _Words) -> str:
    named = ", ".join(escape(str(target)) for target in one.statement.listed_targets) if one.statement else ""
    return f"<span>{escape(one.who)}{f' {words.on} {named}' if named else ''}</span>"


def _replies(one: Entry, words: _Words) -> str:
    answered = f"<span>{words.answers} {_link(one.answers_to, words.lang)}</span>" if one.answers_to else ""
    answers = (
        f"<span>{escape(answer.verb)} {escape(str(answer.statement.actor or ''))}: "
        f"{_link(answer.statement, words.lang)}</span>"
        for answer in one.answers
    )
    return answered + "".join(answers)


def _sources(event: Event, words: _Words) -> str:
    return f"<span>{words.source} {', '.join(_source(one) for one in event.listed_sources)}</span>"


def _source(source: Source) -> str:
    # One that is not on the web is described at the foot of the page.
    address = escape(source.url) if source.url else f"#source-{escape(source.slug)}"
    return f'<a href="{address}">{escape(source.publisher)}</a>'
