"""Each worker of pytest-xdist has a database of Valkey to itself, as pytest-django gives it one of PostgreSQL.

A plugin, because the settings are read before any conftest.py.
"""

from __future__ import annotations

import os

_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "").removeprefix("gw")
if _WORKER:
    _SERVER = os.environ["REDIS_URL"].rpartition("/")[0]
    # The first one is left to whoever runs no workers; a server has sixteen.
    os.environ["REDIS_URL"] = f"{_SERVER}/{1 + int(_WORKER)}"
