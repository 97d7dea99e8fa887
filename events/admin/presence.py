"""Who has a row open at the desk: a courtesy between editors, kept in the cache for a while and never relied on."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.cache import cache
from django.utils import timezone
from redis.exceptions import RedisError

if TYPE_CHECKING:
    from datetime import datetime

logger = logging.getLogger(__name__)

_SECONDS = 30 * 60


@dataclass(frozen=True)
class Present:
    """Somebody who opened the row, and when."""

    name: str
    since: datetime


def note(kind: str, pk: int, user: Any) -> None:
    """Remember that the user has opened the row."""
    _change(kind, pk, lambda open_for: open_for | {user.get_username(): timezone.now()})


def leave(kind: str, pk: int, user: Any) -> None:
    """Forget that the user has the row open."""
    name = user.get_username()
    _change(kind, pk, lambda open_for: {who: since for who, since in open_for.items() if who != name})


def others(kind: str, pk: int | None, user: Any) -> list[Present]:
    """Return who else has opened the row within the last half hour and not saved it since."""
    since = timezone.now().timestamp() - _SECONDS
    return [
        Present(name, when)
        for name, when in _open_for(kind, pk).items()
        if name != user.get_username() and when.timestamp() > since
    ]


def _key(kind: str, pk: int | None) -> str:
    return f"desk-open-{kind}-{pk}"


def _open_for(kind: str, pk: int | None) -> dict[str, datetime]:
    try:
        found: dict[str, datetime] = cache.get(_key(kind, pk)) or {}
    except RedisError as error:
        logger.warning("Who has a row open is not known, because the cache does not answer: %s", error)
        return {}
    return found


def _change(kind: str, pk: int, change: Any) -> None:
    try:
        cache.set(_key(kind, pk), change(_open_for(kind, pk)), _SECONDS)
    except RedisError as error:
        logger.warning("Who has a row open is not kept, because the cache does not answer: %s", error)
