"""Style sheets and scripts that are written into the pages that use them.

Without other files to wait for, a browser shows a page a third sooner, the first page of a reader most of all, and a
page that was saved or fetched while files are replaced by a release looks right. The Content-Security-Policy allows
each by the hash of its text, so that nothing else that gets into a page is ever run or applied.

They stand there without comments and spaces, which are a fifth of what a reader would fetch. A page takes the sheets of
its own kind; those for print stay with them, because a browser calls a page loaded only when the sheets for print are.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path

from rcssmin import cssmin
from rjsmin import jsmin

_FOLDER = Path(__file__).resolve().parent.parent / "static"
STYLES = ("style.css", "listings.css", "embed.css")
SCRIPTS = ("clock.js",)


@cache
def text_of(name: str) -> str:
    """Return the text of a style sheet or script as it stands in a page: shortened, with the same meaning.

    Raises:
        ValueError: if the policy of the site does not allow a file of this name.

    """
    if name not in STYLES + SCRIPTS:
        msg = f"{name} is not among the files that may be written into pages"
        raise ValueError(msg)
    # Written as one text, because the name in a template is of a kind that paths refuse.
    written = Path(f"{_FOLDER}/{name}").read_text(encoding="utf-8")
    return jsmin(written) if name in SCRIPTS else cssmin(written)


def allowed(names: tuple[str, ...]) -> list[str]:
    """Return the sources by which a Content-Security-Policy allows these files (CSP 3, 6.7.3.3)."""
    return [_source(text_of(name)) for name in names]


def _source(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
