"""The plain text of mails: lines as short as every program and terminal shows them, addresses whole."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string

if TYPE_CHECKING:
    from collections.abc import Mapping

# RFC 5322, section 2.1.1, advises 78 at most; the rest is for the marks of whoever quotes the mail in an answer.
_COLUMNS = 74
_ITEM = "- "


def mail_text(template: str, context: Mapping[str, Any]) -> str:
    """Return the template as a mail's plain text; at most one line is empty between two others."""
    text = render_to_string(f"emails/{template}.txt", dict(context))
    lines = [part for line in text.splitlines() for part in _folded(line)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def _folded(line: str) -> list[str]:
    # What is short stays as it is: the mark before a signature ends with a space.
    if len(line) <= _COLUMNS:
        return [line]
    indent = " " * len(_ITEM) if line.startswith(_ITEM) else ""
    return textwrap.wrap(line, _COLUMNS, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
