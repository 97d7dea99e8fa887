"""`./tw manage import_status FILE --treaty SLUG [--dry-run]`: bring a register of participation onto the record."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from events.importing import FORMATS, Imported, Provenance, Register, RegisterError, import_register, read_register
from events.importing.comparing import told
from events.importing.fetching import fetch, read_file
from treaties.models import Treaty

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from datetime import datetime


class Command(BaseCommand):
    """Imports who signed, joined and left from a depositary's list."""

    help = (
        "Read a treaty's status (UN Treaty Collection XML, its status page saved as HTML, or a CSV of acts), show what "
        "it adds, confirms and contradicts, and write it; nothing is written if any row is faulty."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("file", type=Path, nargs="?", help="The saved register.")
        parser.add_argument("--url", default="", help="Fetch the register from this https address instead of a file.")
        parser.add_argument("--treaty", required=True, help="The treaty's slug, such as tpnw.")
        parser.add_argument("--format", choices=list(FORMATS), default="", help="Default: told by name or content.")
        parser.add_argument("--dry-run", action="store_true", help="Show what would change and change nothing.")
        parser.add_argument(
            "--take", action="store_true", help="Where register and record differ, write the register's."
        )
        parser.add_argument("--publisher", default="United Nations Treaty Collection", help="Who keeps the register.")
        parser.add_argument("--title", default="", help="What the source is called; default: Status of the treaty.")
        parser.add_argument("--address", default="", help="Where the saved register lies on the web.")
        parser.add_argument(
            "--read-on", type=date.fromisoformat, help="The day it was read; default: its own, or today."
        )

    def handle(self, *_: Any, **options: Any) -> None:
        """Read, compare, print, write."""
        at = timezone.now()
        treaty = Treaty.objects.filter(slug=options["treaty"]).first()
        if treaty is None:
            raise CommandError(f"There is no treaty “{options['treaty']}” on record.")
        if bool(options["file"]) == bool(options["url"]):
            raise CommandError("Give either a file or --url.")
        try:
            content = fetch(options["url"]) if options["url"] else read_file(options["file"])
            register = read_register(options["url"] or options["file"].name, content, options["format"])
            provenance = _provenance(treaty, register, content, options, at)
            done = import_register(
                treaty, register, provenance, take=options["take"], dry_run=options["dry_run"], at=at
            )
        except RegisterError as error:
            raise CommandError("\n".join([str(error), *(str(row) for row in error.rows)])) from error
        self.stdout.write("\n".join(_report(register, done, options)))


def _provenance(
    treaty: Treaty, register: Register, content: bytes, options: dict[str, Any], at: datetime
) -> Provenance:
    return Provenance(
        publisher=options["publisher"],
        title=options["title"] or f"Status of the {treaty.official_name}"[:400],
        address=options["url"] or options["address"],
        read_on=options["read_on"] or register.as_of or at.date(),
        content=content,
    )


def _report(register: Register, done: Imported, options: dict[str, Any]) -> list[str]:
    found = done.comparison
    lines = [f"! {sentence}" for sentence in register.warnings]
    lines += [f"+ {party}: {told(entry)}" for party, entry in found.added]
    lines += [f"= {act.participation.party}: {told(entry)} confirmed" for act, entry in found.confirmed]
    lines += [f"{'~' if options['take'] else '≠'} {one}" for one in found.differing]
    lines += [f"? only on record: {sentence}" for sentence in found.only_on_record]
    lines += [f"Clock: {one.title}, {one.due or 'no date'}: {one.state_label}." for one in done.deadlines]
    differing = f"{len(found.differing)} {'taken' if options['take'] else 'kept as on record'} where they differ"
    lines.append(
        f"{len(found.added)} added, {len(found.confirmed)} confirmed, {differing}, {found.unchanged} as on record, "
        f"{len(found.only_on_record)} only on record. Source: {done.source}."
    )
    return [*lines, "Nothing was written: this was a dry run."] if options["dry_run"] else lines
