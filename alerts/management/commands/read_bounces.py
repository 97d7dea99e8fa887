"""`./tw manage read_bounces PATH`: bounces, complaints and unsubscribing mails from a mailbox file or a Maildir."""

from __future__ import annotations

import mailbox
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from alerts.leaving_by_mail import leave_by_mail
from alerts.models import BounceReport
from alerts.services.bounces import take_report

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterator

_ODD = {BounceReport.Kind.UNREADABLE, BounceReport.Kind.UNMATCHED}


class Command(BaseCommand):
    """Reads what came to the address that our mails are sent from."""

    help = (
        "Read bounces, complaints and unsubscribing mails from a mailbox file or a Maildir. What was read before is "
        "known again and changes nothing; mails of a Maildir are marked as seen. Ends with 1 if one could not be read "
        "or matched."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("path", type=Path, help="A mailbox file (mbox), or the directory of a Maildir.")

    def handle(self, *_: Any, path: Path, **__: Any) -> None:
        """Read all, name what is odd, count, and end with 1 if something was odd."""
        counts: Counter[str] = Counter()
        for name, content in _mails(path):
            if leave_by_mail(content, at=timezone.now()):
                counts["unsubscribed"] += 1
                continue
            report, is_new = take_report(content, at=timezone.now())
            counts[report.kind if is_new else "known before"] += 1
            if is_new and report.kind in _ODD:
                self.stdout.write(f"{name}: {report.get_kind_display()}. {report.reason}")
        self.stdout.write(", ".join(f"{count} {kind}" for kind, count in sorted(counts.items())) or "No mails.")
        if any(counts[kind] for kind in _ODD):
            sys.exit(1)


def _mails(path: Path) -> Iterator[tuple[str, bytes]]:
    if not path.exists():
        raise CommandError(f"There is no mailbox at {path}.")
    if path.is_file():
        box = mailbox.mbox(path, create=False)
        yield from ((f"mail {key}", box.get_bytes(key)) for key in box.keys())  # noqa: SIM118 - a mailbox is no dict
        return
    yield from _unseen(path)


def _unseen(path: Path) -> Iterator[tuple[str, bytes]]:
    try:
        maildir = mailbox.Maildir(path, create=False)
    except mailbox.NoSuchMailboxError as error:
        raise CommandError(f"{path} is no Maildir.") from error
    for key in list(maildir.keys()):
        message = maildir[key]
        if "S" not in message.get_flags():
            yield key, maildir.get_bytes(key)
            # Only now: a mail whose reading failed is there the next time.
            message.set_subdir("cur")
            message.add_flag("S")
            maildir[key] = message
