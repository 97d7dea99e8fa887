"""The guide for editors, at the desk itself: the same text as docs/editing.md."""

from __future__ import annotations

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt


def guide() -> SafeString:
    """Return the guide as HTML, without its pictures: whoever reads it there has the desk before them."""
    text = (settings.BASE_DIR / "docs" / "editing.md").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith(("![", "# "))]
    # A file of our own, in which nothing that anybody typed is found.
    return mark_safe(MarkdownIt("commonmark").enable("table").render("\n".join(lines)))  # noqa: S308
