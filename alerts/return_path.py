"""The envelope sender of each mail names its row, so that a bounce finds it even if it returns nothing of the mail.

A mail that was asked for on a form has no row that lasts: its envelope sender and its Message-ID name its reader.

Relays send a bounce to the envelope sender (RFC 5321, section 4.4), whatever they leave out or rewrite of the mail
itself. The name is signed: nobody can report a mail to somebody else that they have never seen.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from email.utils import getaddresses, parseaddr
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SALT = "alerts.return_path"
# 80 bits, in letters that stay apart when a relay changes their case.
_SIGNATURE_BYTES = 10
_TAG = re.compile(r"(\d{1,19}|r\d{1,18})-([a-z2-7]{16})")
# The longest tag, "+" included: 19 digits of a row, a hyphen, 16 letters of signature.
TAG_LENGTH = 37
# Of the part before the @ (RFC 5321, section 4.5.3.1.1), in octets.
MOST_LOCAL = 64


def return_path(alert_id: int) -> str:
    """Return the envelope sender of the mail of this row; the sender's own address if bounces are not told apart."""
    return _sender_tagged(str(alert_id))


def return_path_of_reader(subscriber_id: int) -> str:
    """Return the envelope sender of a mail that this subscriber asked for on a form; as `return_path` otherwise."""
    return _sender_tagged(f"r{subscriber_id}")


def message_id_of_reader(message_id: str, subscriber_id: int) -> str:
    """Return a Message-ID that names the reader of a mail asked for on a form; of the same one, the same."""
    unique, _at, domain = message_id.strip("<>").rpartition("@")
    return f"<{unique}.{_tag(f'r{subscriber_id}')}@{domain}>"


@dataclass(frozen=True)
class Named:
    """Whom envelope senders and Message-IDs of ours name: a mail's row, or the readers of mails asked for on forms."""

    alert_id: int | None
    readers: frozenset[int]


def named_by(addresses: Iterable[str], message_id: str) -> Named:
    """Return who is named by the envelope senders of ours among these header values, and by this Message-ID."""
    tags = [*_sender_tags(addresses), message_id.strip("<>").partition("@")[0].rpartition(".")[2]]
    names = [name for tag in tags if (name := _signed_name(tag))]
    alerts = [int(name) for name in names if name.isdecimal()]
    readers = frozenset(int(name[1:]) for name in names if not name.isdecimal())
    return Named(alerts[0] if alerts else None, readers)


def _sender_tagged(name: str) -> str:
    local, _at, domain = settings.ALERTS_BOUNCE_ADDRESS.rpartition("@")
    return f"{local}+{_tag(name)}@{domain}" if domain else _own_address(settings.DEFAULT_FROM_EMAIL)


def _tag(name: str) -> str:
    return f"{name}-{_signature(name, settings.SECRET_KEY)}"


def _sender_tags(addresses: Iterable[str]) -> Iterator[str]:
    for _name, address in getaddresses(list(addresses)):
        local, _at, domain = address.lower().rpartition("@")
        ours, _plus, tag = local.partition("+")
        if f"{ours}@{domain}" == settings.ALERTS_BOUNCE_ADDRESS.lower():
            yield tag


def _signed_name(tag: str) -> str:
    """Return the name that the tag bears if we have signed it; otherwise nothing."""
    found = _TAG.fullmatch(tag)
    return found[1] if found and _is_signed(found[1], found[2]) else ""


def _is_signed(name: str, signature: str) -> bool:
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return any(hmac.compare_digest(_signature(name, secret), signature) for secret in secrets)


# Both are asked for every mail and are the same for all.
@cache
def _own_address(sender: str) -> str:
    return parseaddr(sender)[1]


@cache
def _key(secret: str) -> bytes:
    return hashlib.sha256(f"{_SALT}{secret}".encode()).digest()


def _signature(name: str, secret: str) -> str:
    digest = hmac.digest(_key(secret), name.encode("ascii"), "sha256")
    return base64.b32encode(digest[:_SIGNATURE_BYTES]).decode("ascii").lower()
