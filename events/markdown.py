"""Texts of editors as readers see them: a little markdown, rendered and then cleaned of all that could do harm."""

from __future__ import annotations

import re

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_TAGS = {"p", "em", "strong", "a", "ul", "ol", "li", "blockquote", "br", "code"}
# No HTML of the editor's own, no pictures, no headings: an entry has one already.
_RENDERER = MarkdownIt("commonmark", {"html": False}).disable(["image", "heading", "lheading", "fence", "hr"])
_MARKED = re.compile(r"[*_`\[\]<>#\\&\n]|^\s*(?:[-+]|\d+\.)\s")


def rendered(text: str) -> SafeString:
    """Return an editor's text as safe HTML: paragraphs, emphasis, links, lists, quotations; nothing else survives.

    A text without any mark, as most are, is only escaped: a page of a hundred entries is not held up.
    """
    if not _MARKED.search(text):
        return SafeString(f"<p>{escape(text)}</p>") if text else SafeString("")
    html = nh3.clean(
        _RENDERER.render(text),
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"https", "http", "mailto"},
        link_rel="noopener",
    )
    # Cleaned above; the tags that are left are ours.
    return mark_safe(html.strip())  # noqa: S308
