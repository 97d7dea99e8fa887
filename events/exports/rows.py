"""The rows of exports. Their names are a promise to programs: one may be added, none renamed or removed.

A date is one EDTF expression and never its bounds: "2014" is not 1 January 2014.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from events.dates import wording
from events.exports.export import public_address

if TYPE_CHECKING:
    from datetime import date

    from events.clock_cards import ClockCard
    from events.models import Change, Event, Statement
    from events.standings import PartyStanding
    from events.treaty_status import TreatyStatus
    from treaties.models import Party, Source, Treaty

EVENT_COLUMNS = (
    "slug",
    "address",
    "revision",
    "updated",
    "kind",
    "date",
    "date_words",
    "date_basis",
    "title",
    "summary",
    "place",
    "actor",
    "parties",
    "treaties",
    "speaker",
    "stance",
    "targets",
    "obligation",
    "quotation",
    "responds_to",
    "verified",
    "sources",
)
DEADLINE_COLUMNS = (
    "slug",
    "address",
    "version",
    "updated",
    "treaty",
    "provision",
    "party",
    "title",
    "state",
    "due",
    "zone",
    "days_left",
    "citation",
    "disputed",
    "readings",
    "set_by_an_editor",
    "trigger",
)
TREATY_COLUMNS = (
    "slug",
    "address",
    "short_name",
    "official_name",
    "laterality",
    "signed_on",
    "entered_into_force_on",
    "ended_on",
    "status",
    "status_sentence",
    "verified",
)
PARTY_COLUMNS = ("slug", "address", "name", "kind", "iso_code", "succeeded_by")
STANDING_COLUMNS = ("treaty", "party", "address", "state", "state_words", "disputed", "since")
CHANGE_COLUMNS = ("at", "kind", "row_kind", "row", "address", "public_note", "differences", "moves")


def event_row(event: Event) -> dict[str, Any]:
    """Return the row of an event fetched with `for_timeline` and `with_treaties`."""
    statement: Statement | None = getattr(event, "statement", None)
    return {
        "slug": event.slug,
        "address": public_address(event.get_absolute_url()),
        "revision": event.revision,
        "updated": event.changed_at.isoformat(),
        "kind": event.kind,
        "date": event.date,
        "date_words": wording(event),
        "date_basis": event.date_basis,
        "title": event.title,
        "summary": event.summary,
        "place": event.place,
        "actor": event.actor.slug if event.actor else None,
        "parties": [party.slug for party in event.listed_parties],
        "treaties": [treaty.slug for treaty in event.listed_treaties if treaty.publication == "published"],
        **_statement_part(statement),
        "verified": event.verified,
        "sources": [_source(source) for source in event.listed_sources],
    }


def _statement_part(statement: Statement | None) -> dict[str, Any]:
    if statement is None:
        named = ("speaker", "stance", "targets", "obligation", "quotation", "responds_to")
        return dict.fromkeys(named) | {"targets": []}
    answered = statement.responds_to
    return {
        "speaker": str(statement.speaker or statement.body),
        "stance": statement.stance,
        "targets": [party.slug for party in statement.listed_targets],
        "obligation": statement.obligation,
        "quotation": statement.quotation,
        "responds_to": answered.slug if answered and answered.publication == "published" else None,
    }


def _source(source: Source) -> dict[str, Any]:
    return {
        "publisher": source.publisher,
        "title": source.title,
        "address": source.url or None,
        "published_on": _day(source.published_on),
        "language": source.language,
    }


def deadline_row(card: ClockCard) -> dict[str, Any]:
    """Return the row of a clock as it stood at a viewpoint; `days_left` counts to its earliest day while it runs."""
    deadline = card.deadline
    return {
        "slug": deadline.slug,
        "address": public_address(deadline.get_absolute_url()),
        "version": deadline.version,
        "updated": deadline.changed_at.isoformat(),
        "treaty": deadline.provision.treaty.slug,
        "provision": deadline.provision.label,
        "party": deadline.party.slug if deadline.party else None,
        "title": deadline.title,
        "state": card.state,
        "due": _due(card.due, card.latest),
        "zone": deadline.zone,
        "days_left": card.days if card.is_running else None,
        "citation": deadline.citation,
        "disputed": bool(deadline.readings),
        "readings": [{"holder": one["holder"], "due": one["due"] or None} for one in deadline.readings],
        "set_by_an_editor": deadline.override_reason or None,
        "trigger": deadline.trigger.slug if deadline.trigger else None,
    }


def _due(first: date | None, last: date | None) -> str | None:
    if first is None or last is None:
        return None
    return first.isoformat() if first == last else f"{first.isoformat()}/{last.isoformat()}"


def treaty_row(treaty: Treaty, status: TreatyStatus) -> dict[str, Any]:
    """Return the row of a treaty with its status on the day asked for."""
    return {
        "slug": treaty.slug,
        "address": public_address(treaty.get_absolute_url()),
        "short_name": treaty.short_name,
        "official_name": treaty.official_name,
        "laterality": treaty.laterality,
        "signed_on": _day(treaty.signed_on),
        "entered_into_force_on": _day(treaty.entered_into_force_on),
        "ended_on": _day(treaty.ended_on),
        "status": str(status.word),
        "status_sentence": str(status.sentence),
        "verified": treaty.verified,
    }


def party_row(party: Party) -> dict[str, Any]:
    """Return the row of a party fetched with its successor."""
    return {
        "slug": party.slug,
        "address": public_address(party.get_absolute_url()),
        "name": party.name,
        "kind": party.kind,
        "iso_code": party.iso_code or None,
        "succeeded_by": party.succeeded_by.slug if party.succeeded_by else None,
    }


def standing_row(treaty: Treaty, party: Party, standing: PartyStanding) -> dict[str, Any]:
    """Return the row of a party in a treaty; its address is that of the act that set where it stands."""
    return {
        "treaty": treaty.slug,
        "party": party.slug,
        "address": public_address(standing.address),
        "state": standing.state,
        "state_words": standing.word,
        "disputed": standing.is_disputed,
        "since": _day(standing.since),
    }


def change_row(change: Change) -> dict[str, Any]:
    """Return the row of a change of the published record; who made it is nobody's business but the editors'."""
    return {
        "at": change.at.isoformat(),
        "kind": change.kind,
        "row_kind": change.row_kind,
        "row": change.row_label,
        "address": public_address(change.row_address) if change.row_address else None,
        "public_note": change.public_note,
        "differences": change.differences,
        "moves": change.moves,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
