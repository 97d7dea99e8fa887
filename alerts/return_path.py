"""The envelope sender of each mail names its row, so that a bounce finds it even if it returns nothing of the mail.

Relays send a bounce to the envelope sender (RFC 5321, section 4.4), whatever they leave out or rewrite of the mail
itself. The name is signed: nobody can report a mail to somebody else that they have never seen.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from email.utils import getaddresses, parseaddr
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Iterable

_SALT = "alerts.return_path"
# 80 bits, in letters that stay apart when a relay changes their case.
_SIGNATURE_BYTES = 10
_TAG = re.compile(r"(\d{1,19})-([a-z2-7]{16})")
# The longest tag, "+" included: 19 digits of a row, a hyphen, 16 letters of signature.
TAG_LENGTH = 37
# Of the part before the @ (RFC 5321, section 4.5.3.1.1), in octets.
MOST_LOCAL = 64


def return_path(alert_id: int) -> str:
    """Return the envelope sender of the mail of this row; the sender's own address if bounces are not told apart."""
    local, _at, domain = settings.ALERTS_BOUNCE_ADDRESS.rpartition("@")
    if not domain:
        return _own_address(settings.DEFAULT_FROM_EMAIL)
    return f"{local}+{alert_id}-{_signature(alert_id, settings.SECRET_KEY)}@{domain}"


def alert_named_by(addresses: Iterable[str]) -> int | None:
    """Return the row named by the first envelope sender of ours among these header values; None if there is none."""
    for _name, address in getaddresses(list(addresses)):
        local, _at, domain = address.lower().rpartition("@")
        ours, _plus, tag = local.partition("+")
        found = _TAG.fullmatch(tag)
        if found and f"{ours}@{domain}" == settings.ALERTS_BOUNCE_ADDRESS.lower():
            alert_id = int(found[1])
            if _is_signed(alert_id, found[2]):
                return alert_id
    return None


def _is_signed(alert_id: int, signature: str) -> bool:
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return any(hmac.compare_digest(_signature(alert_id, secret), signature) for secret in secrets)


# Both are asked for every mail and are the same for all.
@cache
def _own_address(sender: str) -> str:
    return parseaddr(sender)[1]


@cache
def _key(secret: str) -> bytes:
    return hashlib.sha256(f"{_SALT}{secret}".encode()).digest()


def _signature(alert_id: int, secret: str) -> str:
    digest = hmac.digest(_key(secret), str(alert_id).encode("ascii"), "sha256")
    return base64.b32encode(digest[:_SIGNATURE_BYTES]).decode("ascii").lower()
