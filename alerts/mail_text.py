"""The plain text of mails: lines as short as every program and terminal shows them, addresses whole.

It is `format=flowed` (RFC 3676): a line that ends with a space goes on in the next one, so that a program which knows
this fills a window narrower or wider than ours.
"""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string

if TYPE_CHECKING:
    from collections.abc import Mapping

# RFC 5322, section 2.1.1, advises 78 at most; the rest is for the marks of whoever quotes the mail in an answer.
_COLUMNS = 74
_SIGNATURE = "-- "
# What stands so at the beginning of a line would mean something else (RFC 3676, section 4.4).
_STUFFED = (" ", ">", "From ")


def mail_text(template: str, context: Mapping[str, Any]) -> str:
    """Return the template as a mail's plain text; at most one line is empty between two others."""
    text = render_to_string(f"emails/{template}.txt", dict(context))
    lines = [part for line in text.splitlines() for part in _folded(line)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n") + "\n"


def _folded(line: str) -> list[str]:
    if line == _SIGNATURE:
        return [line]
    parts = textwrap.wrap(line, _COLUMNS, break_long_words=False, break_on_hyphens=False) or [""]
    return [_stuffed(part) + " " for part in parts[:-1]] + [_stuffed(parts[-1])]


def _stuffed(part: str) -> str:
    return f" {part}" if part.startswith(_STUFFED) else part
