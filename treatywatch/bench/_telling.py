"""What every bench prints."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def tell(figures: Mapping[str, object], *, as_json: bool) -> None:
    """Print the figures, each with what it measures: as JSON for programs, or as a table."""
    width = max(map(len, figures), default=0)
    print(json.dumps(figures, indent=2) if as_json else "\n".join(f"{k:<{width}}  {v}" for k, v in figures.items()))
