"""What the relay's journal says of a trial: who was mailed, how often, and after what."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class Tally:
    """Counts from the journal, and from it alone, against who was to be mailed and who has left."""

    def __init__(self, journal: Path) -> None:
        self._journal, self._read = journal, 0
        self._left: dict[str, float] = {}
        self._arrivals: Counter[str] = Counter()
        self._identities: defaultdict[str, set[str]] = defaultdict(set)
        self._taken: Counter[str] = Counter()
        self._cut: Counter[str] = Counter()
        self._begun: defaultdict[str, list[float]] = defaultdict(list)
        self._refused: set[str] = set()
        self.planned: set[str] = set()

    def expect(self, addresses: list[str]) -> None:
        """Each of these is to get one mail."""
        self.planned |= set(addresses)

    def has_left(self, address: str, at: float) -> None:
        """Note that the site has answered an unsubscription at this second since 1970."""
        self._left[address] = at

    def read(self) -> None:
        """Read what the relay has written since the last time."""
        if not self._journal.exists():
            return
        with self._journal.open("rb") as file:
            file.seek(self._read)
            for line in file:
                if not line.endswith(b"\n"):
                    break
                self._read += len(line)
                self._note(*json.loads(line))

    def _note(self, what: str, _at: float, address: str, message_id: str, begun: float) -> None:
        self._begun[address].append(begun)
        if what == "refused":
            self._refused.add(address)
            return
        self._cut[message_id] += what == "cut"
        self._taken[message_id] += 1
        self._arrivals[address] += 1
        self._identities[address].add(message_id)

    @property
    def missing(self) -> set[str]:
        """Return who was neither mailed nor refused, and has not left."""
        return self.planned - set(self._arrivals) - self._refused - set(self._left)

    def figures(self) -> dict[str, int]:
        """Return the counts; see docs/operating.md for what each means."""
        strays = set(self._arrivals) - self.planned
        return {
            "planned": len(self.planned),
            "delivered": len(self._arrivals),
            "refused": len(self._refused - set(self._arrivals)),
            "left": len(self._left),
            "answers_cut": self._cut.total(),
            "repeats": sum(count - 1 for count in self._arrivals.values()),
            "repeats_of_cut_answers": sum(min(count - 1, self._cut[one]) for one, count in self._taken.items()),
            "other_message_id": sum(len(found) - 1 for found in self._identities.values()),
            "strangers": len(strays),
            "lost": len(self.missing),
            "after_unsubscribe": sum(self._is_late(address, at) for address, at in self._left.items()),
        }

    def _is_late(self, address: str, left_at: float) -> bool:
        return any(begun > left_at for begun in self._begun[address])
