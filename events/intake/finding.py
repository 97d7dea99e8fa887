"""What the intake desk proposes: one statement or act, with the exact passage that says it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from events.intake.mentions import Actor


@dataclass(frozen=True)
class Found:
    """A proposal: who said or did what, when, about which treaty; `kind` and `stance` are the record's own words.

    `stance` is empty for an act. `quote` and `passage` are exact pieces of the article, `start` is the place of the
    passage in it, `content` is what was said without who said it. `date` is EDTF as precise as the article;
    `date_stated` says whether the article itself dates it.
    """

    actor: Actor
    party_name: str
    date: str
    date_precision: str
    date_stated: bool
    kind: str
    targets: tuple[str, ...]
    target_names: tuple[str, ...]
    treaties: tuple[str, ...]
    treaty_names: tuple[str, ...]
    passage: str
    start: int
    stance: str = ""
    quote: str = ""
    content: str = ""
    others: tuple[Actor, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """Return the proposal for a program; what is not known is null."""
        return {
            "speaker": self.actor.name or None,
            "office": self.actor.office or None,
            "party": self.party_name or None,
            "date": self.date,
            "date_precision": self.date_precision,
            "kind": self.kind,
            "stance": self.stance or None,
            "target": ", ".join(self.target_names) or None,
            "treaties": list(self.treaty_names),
            "quote": self.quote or None,
            "passage": self.passage,
        }
