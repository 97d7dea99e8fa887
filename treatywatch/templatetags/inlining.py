"""Writes a style sheet or a script of ours into a page."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from treatywatch.inlined import SCRIPTS, text_of

register = template.Library()


@register.simple_tag
def inlined(name: str) -> SafeString:
    """Return the element that holds the style sheet or script of this name.

    Raises:
        ValueError: if it is none that may be written into pages.

    """
    element = "script" if name in SCRIPTS else "style"
    # Not a text of a reader or editor: a file of the program, without which its policy would refuse the element.
    return SafeString(f"<{element}>{text_of(name)}</{element}>")
