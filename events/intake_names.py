"""The record's names as the intake rules read them: published treaties, all parties, all officials."""

from __future__ import annotations

from events.intake import KnownOfficial, KnownParty, KnownTreaty, Names
from treaties.models import Official, Party, Treaty


def record_names() -> Names:
    """Return every name that the record knows, in a constant number of queries."""
    parties = list(Party.objects.all())
    return Names(
        parties=tuple(KnownParty(one.slug, one.name, tuple(one.aliases)) for one in parties),
        officials=tuple(
            KnownOfficial(one.slug, one.name, one.office, one.party.slug, one.held_from, one.held_to)
            for one in Official.objects.select_related("party")
        ),
        treaties=tuple(_treaty(one) for one in Treaty.objects.published().prefetch_related("participations__party")),
    )


def _treaty(treaty: Treaty) -> KnownTreaty:
    is_bilateral = treaty.laterality == Treaty.Laterality.BILATERAL
    # Of a predecessor and its successor the article means the successor.
    parties = [one.party for one in treaty.participations.all()] if is_bilateral else []
    present = tuple(party.slug for party in parties if party.kind != party.Kind.PREDECESSOR)
    return KnownTreaty(treaty.slug, treaty.short_name, (treaty.official_name, *treaty.aliases), present)
