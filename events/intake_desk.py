"""The intake desk's work: an article is pasted, read and kept; each proposal is accepted as a draft, or dropped."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.text import Truncator, slugify

from events import services
from events.entry_names import free_slug
from events.intake import read_article
from events.intake_names import record_names
from events.intake_twins import twins_of
from events.models import Event, Intake, IntakeFinding, Statement
from events.source_entry import NamedSource, enter_source
from treaties.archiving import ArchiveError, keep_copy
from treaties.models import Official, Party, Treaty

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.contrib.auth.models import User

    from events.intake import Found


_LONGEST_TITLE = 120
_FEWEST_CHARACTERS = 200


class ArticleError(ValueError):
    """An article cannot be taken in; the message says what is missing."""


class AlreadyDecidedError(Exception):
    """Somebody has decided on this proposal already; nothing was changed."""


@dataclass(frozen=True)
class Pasted:
    """An article as an editor pastes it."""

    text: str
    url: str
    publisher: str
    title: str
    published_on: date
    language: str = "en"


@transaction.atomic
def paste(article: Pasted, *, by: User | None, at: datetime) -> Intake:
    """Keep an article as a copy of its source, read it, and lay what it says on the desk.

    The same article pasted again gives the desk that is there, decisions included.

    Raises:
        ArticleError: if the text is too short to be an article, or publisher, title or address is missing or unusable.

    """
    checked(article)
    named = NamedSource(
        article.url, article.publisher.strip(), article.title.strip(), article.published_on, article.language
    )
    source = enter_source(named, read_on=at.date())
    try:
        copy = keep_copy(source, article.text.encode(), file_name="article.txt", read_on=at.date())
    except ArchiveError as error:
        raise ArticleError(str(error)) from error
    intake, is_new = Intake.objects.get_or_create(
        copy=copy,
        defaults={"source": source, "published_on": article.published_on, "pasted_by": by, "pasted_at": at},
    )
    if is_new:
        _lay_out(intake, read_article(article.text, article.published_on, record_names()))
    return intake


def checked(article: Pasted) -> Pasted:
    """Return the article if it can be taken in.

    Raises:
        ArticleError: if the text is too short to be an article, or publisher, title or address is missing or unusable.

    """
    if len(article.text.strip()) < _FEWEST_CHARACTERS:
        raise ArticleError("This is too short to be an article; paste its whole text.")
    if not article.publisher.strip() or not article.title.strip():
        raise ArticleError("Name the publisher and the title: every draft needs a source that readers can find.")
    if article.url and urlsplit(article.url).scheme not in {"http", "https"}:
        raise ArticleError(f"“{article.url}” is no address of a page; it begins with https://.")
    return article


def _lay_out(intake: Intake, found: list[Found]) -> None:
    IntakeFinding.objects.bulk_create(
        IntakeFinding(
            intake=intake,
            position=position,
            proposal=_proposal(one),
            start=one.start,
            passage=one.passage,
            twin=twin,
        )
        for position, (one, twin) in enumerate(zip(found, twins_of(found), strict=True))
    )


def _proposal(one: Found) -> dict[str, Any]:
    """Return what is kept of a proposal: what a program is told, and the record's own slugs beside the names."""
    return one.as_json() | {
        "official": one.actor.official,
        "party_slug": one.actor.party,
        "target_slugs": list(one.targets),
        "treaty_slugs": list(one.treaties),
        "date_stated": one.date_stated,
        "content": one.content,
        "others": [asdict(actor) for actor in one.others],
    }


@transaction.atomic
def accept(finding: IntakeFinding, *, by: User | None, at: datetime) -> Event:
    """Make a draft of a proposal, with the article as its source, and return it; nothing is published.

    Raises:
        AlreadyDecidedError: if somebody was faster.

    """
    _decide(finding, IntakeFinding.State.ACCEPTED, by=by, at=at)
    event = _draft(finding)
    services.save_event(event, at=at)
    _name_parts(event, finding)
    services.after_event_change(event, at=at)
    IntakeFinding.objects.filter(pk=finding.pk).update(event=event)
    finding.event = event
    return event


def drop(finding: IntakeFinding, *, by: User | None, at: datetime) -> None:
    """Put a proposal aside.

    Raises:
        AlreadyDecidedError: if somebody was faster.

    """
    _decide(finding, IntakeFinding.State.DROPPED, by=by, at=at)


def take_up_again(finding: IntakeFinding) -> None:
    """Open a dropped proposal again; an accepted one lives on as its draft."""
    IntakeFinding.objects.filter(pk=finding.pk, state=IntakeFinding.State.DROPPED).update(
        state=IntakeFinding.State.OPEN, decided_by=None, decided_at=None
    )


def _decide(finding: IntakeFinding, state: str, *, by: User | None, at: datetime) -> None:
    decided = IntakeFinding.objects.filter(pk=finding.pk, state=IntakeFinding.State.OPEN).update(
        state=state, decided_by=by, decided_at=at
    )
    if not decided:
        raise AlreadyDecidedError("Somebody has decided on this proposal already; look at it again.")
    finding.refresh_from_db()


def _draft(finding: IntakeFinding) -> Event:
    told = finding.proposal
    common = {
        "kind": told["kind"],
        "date": told["date"],
        "date_basis": Event.Basis.STATED if told["date_stated"] else Event.Basis.INFERRED,
        "actor": Party.objects.filter(slug=told["party_slug"]).first(),
        "title": title_of(told, finding.passage),
        "publication": "draft",
        "verified": False,
    }
    common["slug"] = free_slug(slugify(f"{told['date'].split('/')[0]} {common['title']}")[:100], Event.objects)
    if not told["stance"]:
        return Event(**common)
    speaker = Official.objects.filter(slug=told["official"]).first() if told["official"] else None
    return Statement(
        **common,
        speaker=speaker,
        body="" if speaker else body_of(told),
        stance=told["stance"],
        quotation=told["quote"] or "",
    )


def body_of(told: dict[str, Any]) -> str:
    """Return the speaker as the article names one whom the record does not know: "Jo Doe, Foreign Minister"."""
    return ", ".join(part for part in (told["speaker"], told["office"]) if part)[:160]


def title_of(told: dict[str, Any], passage: str) -> str:
    """Return a title for an editor to better: who, then what was said or done, in the article's words."""
    said = told["quote"] or told["content"] or passage
    said = re.sub(r"\s+", " ", said).strip(' ,.;:"“”')
    who = (told["speaker"] or "").split(",")[0]
    surname = who.split()[-1] if told["office"] else who
    return Truncator(f"{surname}: {said}" if surname else said).chars(_LONGEST_TITLE)


def _name_parts(event: Event, finding: IntakeFinding) -> None:
    told = finding.proposal
    event.treaties.set(Treaty.objects.filter(slug__in=told["treaty_slugs"]))
    event.sources.set([finding.intake.source])
    targets = Party.objects.filter(slug__in=told["target_slugs"])
    if isinstance(event, Statement):
        event.targets.set(targets)
    else:
        others = {one["party"] for one in told["others"]} - {told["party_slug"]}
        event.parties.set(targets | Party.objects.filter(slug__in=others))
