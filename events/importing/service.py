"""Writing a register's acts: one transaction, the source kept, the treaty's clocks recomputed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.text import slugify

from events.importing.comparing import Comparison, compare
from events.importing.register import RegisterError
from events.services import recompute_treaty
from treaties.models import Participation, ParticipationAct, Source, Treaty

if TYPE_CHECKING:
    from datetime import date, datetime

    from events.importing.register import Entry, Register
    from events.models import Deadline


@dataclass(frozen=True)
class Provenance:
    """Where a register was read: what the record cites for each act that it takes from it."""

    publisher: str
    title: str
    address: str
    read_on: date
    content: bytes

    @property
    def file_hash(self) -> str:
        """Return the SHA-256 of the file read."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Imported:
    """What an import did, or would do: the comparison, its source, and the clocks that it moved."""

    comparison: Comparison
    source: Source
    deadlines: list[Deadline]


@transaction.atomic
def import_register(
    treaty: Treaty, register: Register, provenance: Provenance, *, take: bool, dry_run: bool, at: datetime
) -> Imported:
    """Write the acts that a register adds and confirms, then recompute the treaty's clocks at the instant `at`.

    Where register and record differ, the record is kept and the difference returned; with `take` the register's word
    is written. Acts that only the record has are never taken away. With `dry_run` all is undone at the end.

    Raises:
        RegisterError: naming every faulty row, if there is one; then nothing is written.

    """
    Treaty.objects.select_for_update().get(pk=treaty.pk)
    comparison = compare(treaty, register.entries, today=at.date())
    if comparison.errors:
        raise RegisterError("Nothing was imported: some rows cannot be right.", comparison.errors)
    source = _source(treaty, provenance)
    _add(treaty, comparison, source)
    corrected = [*comparison.confirmed, *((one.act, one.entry) for one in comparison.differing if take)]
    for act, entry in corrected:
        _write(act, entry, source)
    deadlines = recompute_treaty(treaty, at=at)
    transaction.set_rollback(dry_run)
    return Imported(comparison, source, deadlines)


def _source(treaty: Treaty, provenance: Provenance) -> Source:
    """Return the row of this register; one that was read before at the same address says when it was read last."""
    values = {"read_on": provenance.read_on, "file_hash": provenance.file_hash}
    known = Source.objects.filter(url=provenance.address).first() if provenance.address else None
    known = known or Source.objects.filter(file_hash=provenance.file_hash).first()
    if known:
        Source.objects.filter(pk=known.pk).update(**values)
        return known
    told = (provenance.publisher[:50], treaty.slug[:40], str(provenance.read_on), provenance.file_hash[:8])
    slug = slugify("-".join(told))
    named = {"publisher": provenance.publisher, "title": provenance.title, "url": provenance.address}
    return Source.objects.create(slug=slug, **named, **values)


def _add(treaty: Treaty, comparison: Comparison, source: Source) -> None:
    participations = {one.party_id: one for one in treaty.participations.all()}
    for party in {party for party, _ in comparison.added if party.pk not in participations}:
        participations[party.pk] = Participation.objects.create(treaty=treaty, party=party)
    ParticipationAct.objects.bulk_create(
        [_act(participations[party.pk], entry, source) for party, entry in comparison.added]
    )


def _act(participation: Participation, entry: Entry, source: Source) -> ParticipationAct:
    return ParticipationAct(
        participation=participation,
        kind=entry.kind,
        date=entry.day,
        deposited_with=entry.deposited_with,
        note=entry.note,
        source=source,
        verified=True,
    )


def _write(act: ParticipationAct, entry: Entry, source: Source) -> None:
    ParticipationAct.objects.filter(pk=act.pk).update(
        kind=entry.kind,
        date=entry.day,
        basis=ParticipationAct.Basis.STATED,
        deposited_with=entry.deposited_with or act.deposited_with,
        note=entry.note or act.note,
        source=source,
        verified=True,
    )
