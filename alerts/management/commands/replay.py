"""`./tw manage replay inf --from 2019-02-01 --to 2019-08-03 --mail-to you@example.org`."""

from __future__ import annotations

import json
import smtplib
import sys
from datetime import date
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from alerts.models import Subscriber
from alerts.replay import Choice, ReplayedMail, replay
from alerts.smtp import SmtpTransport
from alerts.wording import count_words
from treaties.models import Treaty

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Mails one address what a subscriber would have got."""

    help = (
        "Step through past days of a treaty and mail one address what a subscriber with default wishes would have "
        "got. The database stays as it was."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("treaty", help="The treaty's short name in addresses, such as inf.")
        parser.add_argument("--from", dest="first", required=True, help="First day, as year-month-day.")
        parser.add_argument("--to", dest="last", required=True, help="Last day, as year-month-day.")
        parser.add_argument("--mail-to", required=True, help="The one address that gets the mails.")
        parser.add_argument("--statements", action="store_true", help="Mail new statements, too.")
        parser.add_argument(
            "--rhythm", choices=Subscriber.Rhythm.values, default="immediate", help="Mail each at once, or a digest."
        )
        parser.add_argument("--json", action="store_true", help="Print the mails as JSON.")

    def handle(self, *_: Any, **options: Any) -> None:
        """Check, replay, send, print."""
        treaty, first, last = _treaty(options["treaty"]), _day(options["first"]), _day(options["last"])
        if last < first:
            raise CommandError(f"The last day, {last}, comes before the first, {first}.")
        _check_address(options["mail_to"])
        choice = Choice(rhythm=options["rhythm"], statements=options["statements"])
        mails = replay(treaty, first, last, options["mail_to"], choice=choice, progress=_show_month)
        _send(mails, options["mail_to"])
        self.stdout.write(_as_json(mails) if options["json"] else _as_table(mails))


def _treaty(slug: str) -> Treaty:
    treaty = Treaty.objects.published().filter(slug=slug).first()
    if treaty is None:
        known = ", ".join(Treaty.objects.published().order_by("slug").values_list("slug", flat=True)[:20])
        raise CommandError(f"There is no treaty “{slug}” on record. On record: {known or 'none'}.")
    return treaty


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"“{text}” is not a day; write it like 2019-02-01.") from error


def _check_address(address: str) -> None:
    try:
        validate_email(address)
    except ValidationError as error:
        raise CommandError(f"{address!r} is not a mail address; write it like name@example.org.") from error


def _show_month(day: date) -> None:
    if day.day == 1 and sys.stderr.isatty():
        print(f"… {day:%B %Y}", file=sys.stderr)


def _send(mails: list[ReplayedMail], address: str) -> None:
    sent = 0
    try:
        with SmtpTransport() as transport:
            for mail in mails:
                transport.send(address, mail.content)
                sent += 1
    except (smtplib.SMTPException, OSError) as error:
        raise CommandError(f"The mail relay took {sent} of {len(mails)} mails, then: {error}") from error


def _as_table(mails: list[ReplayedMail]) -> str:
    lines = [f"{mail.day}  {mail.kind:<12} {count_words(mail.days_left):<14} {mail.subject}" for mail in mails]
    return "\n".join([*lines, f"{len(mails)} mails sent."])


def _as_json(mails: list[ReplayedMail]) -> str:
    rows = [
        {
            "day": mail.day.isoformat(),
            "kind": mail.kind,
            "lead_days": mail.lead_days,
            "days_left": mail.days_left,
            "due": mail.due.isoformat() if mail.due else None,
            "subject": mail.subject,
            "message_id": mail.message_id,
        }
        for mail in mails
    ]
    return json.dumps(rows, indent=2, ensure_ascii=False)
