"""What a process does before it forks others that do the work."""

from __future__ import annotations

import gc


def set_heap_aside() -> None:
    """Keep what is loaded out of every later collection of garbage, here and in the processes forked from now on.

    A collection writes into each object that it looks at. The first full one of a forked process would copy the whole
    heap that it shares with its parent: a tenth of a second, in the middle of whatever it does, and as much memory
    again for each process. What is set aside and no longer used is still freed, unless it lies in a cycle.
    """
    gc.collect()
    gc.freeze()
