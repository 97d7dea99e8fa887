"""Read a news article and print what it says as proposals for the record."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from events.intake import read_article
from events.intake_desk import ArticleError, Pasted, paste
from events.intake_names import record_names
from events.intake_twins import twins_of

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from events.intake import Found


class Command(BaseCommand):
    """Proposes what an article says; nothing is written unless `--save` asks for drafts."""

    help = "Read an article by rules and the record's names, and print who said or did what, with the exact passages."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the article as plain text")
        parser.add_argument("--url", default="", help="its address")
        parser.add_argument("--published", required=True, help="the day on which it appeared, like 2019-02-02")
        parser.add_argument("--publisher", default="", help="who published it (needed with --save)")
        parser.add_argument("--title", default="", help="its headline; else its first line")
        parser.add_argument("--language", default="en")
        parser.add_argument("--json", action="store_true", help="print a list of objects for a program")
        parser.add_argument("--save", action="store_true", help="put the proposals on the intake desk for an editor")

    def handle(self, *_args: object, **options: Any) -> None:
        text, published = _text(options["file"]), _day(options["published"])
        found = read_article(text, published, record_names())
        if options["json"]:
            self.stdout.write(json.dumps([one.as_json() for one in found], indent=2, ensure_ascii=False))
        else:
            self._print(found)
        if options["save"]:
            self._save(text, published, options)

    def _print(self, found: list[Found]) -> None:
        for one, twin in zip(found, twins_of(found), strict=True):
            who = ", ".join(part for part in (one.actor.name, one.actor.office, one.party_name) if part) or "(treaty)"
            about = f" on {', '.join(one.target_names)}" if one.target_names else ""
            self.stdout.write(f"{one.date}  {who}: {one.stance or one.kind}{about} [{', '.join(one.treaty_names)}]")
            self.stdout.write(f"    {' '.join(one.passage.split())}")
            if twin:
                self.stdout.write(f"    already on record: {twin.get_absolute_url()}")
        self.stdout.write(f"{len(found)} proposals.")

    def _save(self, text: str, published: date, options: dict[str, Any]) -> None:
        title = options["title"] or next(line.strip() for line in text.splitlines() if line.strip())
        pasted = Pasted(text, options["url"], options["publisher"], title, published, options["language"])
        try:
            intake = paste(pasted, by=None, at=timezone.now())
        except ArticleError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            self.style.SUCCESS(f"Saved for an editor: {intake.findings.count()} proposals from {intake}.")
        )


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise CommandError(f"There is no file {path}.") from error
    except (UnicodeDecodeError, IsADirectoryError) as error:
        raise CommandError(f"{path} is no text in UTF-8.") from error


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"“{text}” is not a day: write --published 2019-02-02.") from error
