"""What the mails of the outbox are called: a row gets its Message-ID by its first claim and keeps it for every try.

What is planned may never be sent, and a million rows are planned at once: they wait without a name.
"""

from __future__ import annotations

from email.utils import parseaddr
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db.models import TextField, Value
from django.db.models.functions import Cast, Coalesce, Concat

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models.expressions import Combinable


def mail_domain() -> str:
    """Return the domain of our sender's address, under which Message-IDs and the list's name are made."""
    return _domain_of(settings.DEFAULT_FROM_EMAIL)


def kept_or_new(*, at: datetime) -> Combinable:
    """Return the Message-ID that a row has, or a new one, as an expression for an UPDATE.

    Random, so that nobody can name a mail that is not theirs, behind the microsecond of the claim, so that the names of
    many mails grow in order and their index at one place.
    """
    begin, end = Value(f"<{int(at.timestamp() * 1_000_000):x}."), Value(f"@{mail_domain()}>")
    return Coalesce("message_id", Concat(begin, Cast(RandomUUID(), TextField()), end, output_field=TextField()))


@cache
def _domain_of(sender: str) -> str:
    return parseaddr(sender)[1].rpartition("@")[2] or "localhost"
