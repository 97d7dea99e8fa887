"""How often a form that sends a mail may be used, by the address mailed and by the network that asks.

Counted in Valkey, so that all web processes count together. While Valkey is down each process counts for itself: a
reader is served all the same, and a flood still meets a limit.
"""

from __future__ import annotations

import hashlib
import ipaddress
import logging
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import FixedWindowRateLimiter
from redis.exceptions import RedisError

if TYPE_CHECKING:
    from django.http import HttpRequest

logger = logging.getLogger(__name__)

_PER_ADDRESS = (parse("3 per hour"), parse("10 per day"))
# A form sent twice, by a double click or a reload.
_ONCE = (parse("1 per minute"),)
_PER_NETWORK = (parse("20 per hour"), parse("100 per day"))
# What one customer of a network is given: a single IPv4 address, or 2⁶⁴ of IPv6.
_IPV6_PREFIX = 64


def may_mail(address: str) -> bool:
    """Count one more mail asked for by a form to this address; False if that is too many."""
    return _counts("address", _digest(address), _PER_ADDRESS)


def is_sent_twice(form: str, address: str) -> bool:
    """Say whether this form was sent with this address within the last minute, and remember that it was sent now."""
    return not _counts(form, _digest(address), _ONCE)


def may_ask(request: HttpRequest) -> bool:
    """Count one more form from the network of this request; False if that is too many."""
    return _counts("network", network(request), _PER_NETWORK)


def network(request: HttpRequest) -> str:
    """Return the network that a request comes from: an IPv4 address, or the /64 of an IPv6 address."""
    told = client_address(request)
    try:
        address = ipaddress.ip_address(told)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped or ipaddress.ip_network((address, _IPV6_PREFIX), strict=False))
    return str(address)


def client_address(request: HttpRequest) -> str:
    """Return the address of whoever asks; behind a proxy the last of X-Forwarded-For, which the proxy itself adds."""
    forwarded = request.headers.get("X-Forwarded-For", "")
    if settings.BEHIND_PROXY and forwarded:
        return forwarded.rpartition(",")[2].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def _digest(address: str) -> str:
    return hashlib.sha256(address.lower().encode()).hexdigest()


def _counts(what: str, who: str, limits: tuple[RateLimitItem, ...]) -> bool:
    try:
        return _hit(_shared(settings.REDIS_URL), what, who, limits)
    except (RedisError, OSError) as error:
        logger.warning("Valkey does not answer, so this process limits forms by itself: %s", error)
        return _hit(_own(), what, who, limits)


def _hit(limiter: FixedWindowRateLimiter, what: str, who: str, limits: tuple[RateLimitItem, ...]) -> bool:
    # Every window counts, also when an earlier one is full.
    hits = [limiter.hit(limit, what, who) for limit in limits]
    return all(hits)


@cache
def _shared(url: str) -> FixedWindowRateLimiter:
    return FixedWindowRateLimiter(storage_from_string(url, socket_timeout=2, socket_connect_timeout=2))


@cache
def _own() -> FixedWindowRateLimiter:
    return FixedWindowRateLimiter(MemoryStorage())
