"""Whether two addresses lead to one page: http or https, with www or without, with or without a slash at the end."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

from treaties.models import Source

_TRACKING = re.compile(r"^(?:utm_\w+|fbclid|gclid|mc_[ce]id)$")


def plain_address(url: str) -> str:
    """Return host, path and query of an address without what does not tell pages apart."""
    parts = urlsplit(url.strip())
    query = urlencode([(name, value) for name, value in parse_qsl(parts.query) if not _TRACKING.match(name)])
    host = (parts.hostname or "").removeprefix("www.")
    return f"{host}{parts.path.rstrip('/')}{'?' if query else ''}{query}"


def same_page(url: str, *, besides: int | None = None) -> Source | None:
    """Return the source that has this page already, whatever the spelling of its address; None if none has."""
    if not url:
        return None
    wanted = plain_address(url)
    near = Source.objects.filter(url__contains=wanted.split("?")[0])
    near = near.exclude(pk=besides) if besides else near
    return next((one for one in near if plain_address(one.url) == wanted), None)
