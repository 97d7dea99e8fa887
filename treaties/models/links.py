"""The links between rows that have a history of their own: which sources, which depositaries."""

from __future__ import annotations

from treaties.history import keep_link_history
from treaties.models.parties import Official
from treaties.models.treaties import Treaty


@keep_link_history
class TreatySource(Treaty.sources.through):  # type: ignore[name-defined]
    """A treaty rests on a source."""

    class Meta:
        proxy = True


@keep_link_history
class TreatyDepositary(Treaty.depositaries.through):  # type: ignore[name-defined]
    """A treaty is deposited with a party."""

    class Meta:
        proxy = True


@keep_link_history
class OfficialSource(Official.sources.through):  # type: ignore[name-defined]
    """An official's office rests on a source."""

    class Meta:
        proxy = True
