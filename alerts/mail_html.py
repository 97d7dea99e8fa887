"""The HTML of mails: the style sheet is copied onto the elements, for the programs that drop it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import css_inline
from django.template.loader import render_to_string

if TYPE_CHECKING:
    from collections.abc import Mapping


def mail_html(template: str, context: Mapping[str, Any]) -> str:
    """Return the template as a mail's HTML; what only a style sheet can say, such as dark colours, stays in it."""
    page = render_to_string(f"emails/{template}.html", dict(context))
    return css_inline.inline(page, keep_style_tags=True, minify_css=True, load_remote_stylesheets=False)
