"""The messages that the embedded mail sink has kept."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from email.message import EmailMessage
    from pathlib import Path

# Names the sink gives; anything else, a path above all, is no message.
NAME = re.compile(r"\d{20}-[0-9a-f]{8}")


@dataclass(frozen=True)
class Kept:
    """One message on disk."""

    name: str
    message: EmailMessage

    def text(self) -> str:
        """Return the plain part."""
        return self._part("plain")

    def html(self) -> str:
        """Return the HTML part."""
        return self._part("html")

    def attachments(self) -> list[str]:
        """Return the names of the attached files."""
        return [part.get_filename() or part.get_content_type() for part in self.message.iter_attachments()]

    def _part(self, subtype: str) -> str:
        body = self.message.get_body(preferencelist=(subtype,))
        return str(body.get_content()) if body else ""


def all_messages(directory: Path, *, limit: int = 200) -> list[Kept]:
    """Return the newest messages, newest first."""
    names = sorted((path.stem for path in directory.glob("*.eml") if NAME.fullmatch(path.stem)), reverse=True)
    return [read_message(directory, name) for name in names[:limit]]


def read_message(directory: Path, name: str) -> Kept:
    """Return one message.

    Raises:
        FileNotFoundError: if there is none of this name.

    """
    if not NAME.fullmatch(name):
        raise FileNotFoundError(name)
    content = (directory / f"{name}.eml").read_bytes()
    return Kept(name, email.message_from_bytes(content, policy=email.policy.default))
