"""Signed tokens, each good for one purpose only: a confirmation link cannot unsubscribe, nor the reverse."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core import signing
from django.utils.crypto import salted_hmac
from django.utils.encoding import force_bytes
from django.utils.translation import gettext as _

CONFIRM_DAYS = 7
# A mail lies in a mailbox for years; the link in it that shows and changes everything does not work as long.
PREFERENCES_DAYS = 180


class TokenError(Exception):
    """The link is too old, cut short, or was never ours; the message tells the reader which."""


class ExpiredError(TokenError):
    """The link was ours and is too old."""


def confirmation_token(subscription_id: int) -> str:
    """Return the token of a confirmation link, good for seven days."""
    return _signed(subscription_id, "alerts.confirm")


def read_confirmation(token: str) -> int:
    """Return the subscription that a confirmation link names.

    Raises:
        TokenError: if it has expired or is not ours.

    """
    return int(_read(token, "alerts.confirm", days=CONFIRM_DAYS))


@dataclass(frozen=True)
class Left:
    """What an unsubscribe link names: a subscriber, and the deadline or statement that its mail was about."""

    subscriber_key: str
    deadline_id: int | None = None
    event_id: int | None = None


def unsubscribe_token(subscriber_key: str, deadline_id: int | None = None, event_id: int | None = None) -> str:
    """Return the token of an unsubscribe link; it never expires, because leaving must always work."""
    named = [subscriber_key, deadline_id] if event_id is None else [subscriber_key, deadline_id, event_id]
    return _signed(named, "alerts.unsubscribe")


def read_unsubscribe(token: str) -> Left:
    """Return what an unsubscribe link names.

    Raises:
        TokenError: if it is not ours.

    """
    key, *subject = _read(token, "alerts.unsubscribe")
    return Left(str(key), *subject)


def preferences_token(subscriber_key: str) -> str:
    """Return the token of the page on which a subscriber sees and changes everything, good for 180 days."""
    return _signed(subscriber_key, "alerts.preferences")


def read_preferences(token: str) -> str:
    """Return the subscriber's key that a preferences link names.

    Raises:
        ExpiredError: if it is too old; a new one is mailed to whoever asks.
        TokenError: if it is not ours.

    """
    return str(_read(token, "alerts.preferences", days=PREFERENCES_DAYS))


def _signed(named: Any, salt: str) -> str:
    return _signer(salt, settings.SECRET_KEY).sign_object(named)


class _Signer(signing.TimestampSigner):
    """Signs as `signing.dumps` does, but derives its key once and not for every token: two of them are in each mail."""

    def __init__(self, *, key: str, salt: str) -> None:
        super().__init__(key=key, salt=salt)
        self._keyed = salted_hmac(f"{salt}signer", b"", key, algorithm=self.algorithm)

    def signature(self, value: str | bytes, key: str | bytes | None = None) -> str:
        """Return the signature under this signer's own key, or under another one."""
        if key is not None:
            return super().signature(value, key)
        begun = self._keyed.copy()
        begun.update(force_bytes(value))
        return signing.b64_encode(begun.digest()).decode("ascii")


@lru_cache(maxsize=8)
def _signer(salt: str, key: str) -> _Signer:
    return _Signer(key=key, salt=salt)


def _read(token: str, salt: str, days: int | None = None) -> Any:
    try:
        return signing.loads(token, salt=salt, max_age=days * 86400 if days else None)
    except signing.SignatureExpired as error:
        raise ExpiredError(_("This link has expired. Ask for a new one.")) from error
    except signing.BadSignature as error:
        raise TokenError(_("This link is not complete. Copy the whole address from the mail.")) from error
