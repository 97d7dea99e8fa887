"""The record's names as the intake rules read them: published treaties, all parties, all officials."""

from __future__ import annotations

from events.intake import KnownOfficial, KnownParty, KnownTreaty, Names
from treaties.models import Official, Participation, ParticipationAct, Party, Treaty


def record_names() -> Names:
    """Return every name that the record knows, in a constant number of queries."""
    parties = list(Party.objects.all())
    return Names(
        parties=tuple(KnownParty(one.slug, one.name, tuple(one.aliases)) for one in parties),
        officials=tuple(
            KnownOfficial(one.slug, one.name, one.office, one.party.slug, one.held_from, one.held_to)
            for one in Official.objects.select_related("party")
        ),
        treaties=tuple(
            _treaty(one)
            for one in Treaty.objects.published().prefetch_related(
                "participations__party__succeeded_by", "participations__acts"
            )
        ),
    )


def _treaty(treaty: Treaty) -> KnownTreaty:
    is_bilateral = treaty.laterality == Treaty.Laterality.BILATERAL
    signed = [one for one in treaty.participations.all() if is_bilateral and _signed(one)]
    return KnownTreaty(
        treaty.slug,
        treaty.short_name,
        (treaty.official_name, *treaty.aliases),
        tuple(dict.fromkeys(_present(one) for one in signed)),
    )


def _signed(one: Participation) -> bool:
    return any(act.kind == ParticipationAct.Kind.SIGNATURE for act in one.acts.all())


def _present(one: Participation) -> str:
    """Return the party that an article of today means: the state that carries on a predecessor's part."""
    return (one.party.succeeded_by or one.party).slug
