"""How our pages are embedded elsewhere: the frame, its size, and the oEmbed answer (oembed.com, version 1.0)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement, tostring

from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import override

from events.exports.export import public_address
from events.models import Deadline
from treaties.addresses import bare, in_language, language_of
from treaties.models import Treaty

if TYPE_CHECKING:
    from django.http import QueryDict
    from django.urls import ResolverMatch

# Width and height of the frame, in pixels, by the name of the page.
SIZES = {"treaty": (560, 300), "deadline": (420, 260)}
_PICTURE = (1200, 630)
_AN_HOUR = 3600


class EmbedError(ValueError):
    """What is asked cannot be embedded; the message says why, `status` is the HTTP status for it."""

    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass(frozen=True)
class Embedded:
    """One of our pages, as others show it."""

    title: str
    path: str
    query: str
    width: int
    height: int

    @property
    def frame(self) -> str:
        """Return the address of the frame, in the language of the page."""
        return public_address(in_language(f"/embed{bare(self.path)}", language_of(self.path)), self.query)

    @property
    def picture(self) -> str:
        """Return the address of the picture."""
        return picture_address(self.path, self.query)

    def code(self, width: int | None = None, height: int | None = None) -> str:
        """Return the HTML that shows it on another page."""
        return format_html(
            '<iframe src="{}" title="{}" width="{}" height="{}" loading="lazy"></iframe>',
            self.frame,
            self.title,
            width or self.width,
            height or self.height,
        )


def picture_address(path: str, query: str) -> str:
    """Return the address of the picture of one of our pages, in the language of the page."""
    pictured = bare(path).rstrip("/") or "/front"
    return public_address(in_language(f"/pictures{pictured}.png", language_of(path)), query)


def embedded(address: str, host: str) -> Embedded:
    """Return the page of ours that an address names; `host` is the name under which we were asked.

    Raises:
        EmbedError: if it names none that can be embedded.

    """
    parts = urlsplit(address)
    if not address:
        raise EmbedError(_("Which page? Give its address as url."), 400)
    if parts.scheme not in ("http", "https") or parts.netloc not in (urlsplit(settings.PUBLIC_URL).netloc, host):
        raise EmbedError(_("That is no page of this site."), 404)
    match = _match(parts.path)
    title = _title(str(match.view_name), str(match.kwargs.get("slug", "")))
    return Embedded(title, parts.path, parts.query, *SIZES[str(match.view_name)])


def _match(path: str) -> ResolverMatch:
    try:
        # The pages of a language are known while it is active.
        with override(language_of(path)):
            return resolve(path)
    except Resolver404 as error:
        raise EmbedError(_("There is no page at this address."), 404) from error


def _title(view: str, slug: str) -> str:
    title = None
    if view == "treaty":
        title = Treaty.objects.published().filter(slug=slug).values_list("short_name", flat=True).first()
    elif view == "deadline":
        title = Deadline.objects.on_record().filter(slug=slug).values_list("title", flat=True).first()
    if title is None:
        raise EmbedError(_("Only treaties and deadlines on record can be embedded."), 404)
    return str(title)


def oembed_answer(page: Embedded, asked: QueryDict) -> dict[str, Any]:
    """Return the answer, no larger than `maxwidth` and `maxheight` ask.

    Raises:
        EmbedError: if one of them is no number of pixels.

    """
    width, height = _at_most(page.width, asked, "maxwidth"), _at_most(page.height, asked, "maxheight")
    return {
        "version": "1.0",
        "type": "rich",
        "title": page.title,
        "provider_name": "TreatyWatch",
        "provider_url": settings.PUBLIC_URL,
        "cache_age": _AN_HOUR,
        "html": page.code(width, height),
        "width": width,
        "height": height,
        **_thumbnail(page, asked),
    }


def _thumbnail(page: Embedded, asked: QueryDict) -> dict[str, Any]:
    width, height = _PICTURE
    # A picture larger than asked for must not be offered; it has one size.
    if _at_most(width, asked, "maxwidth") < width or _at_most(height, asked, "maxheight") < height:
        return {}
    return {"thumbnail_url": page.picture, "thumbnail_width": width, "thumbnail_height": height}


def _at_most(wanted: int, asked: QueryDict, name: str) -> int:
    text = asked.get(name, "")
    if not text:
        return wanted
    if not text.isdecimal() or not int(text):
        raise EmbedError(_("“%(text)s” is no %(name)s; write a number of pixels.") % {"text": text, "name": name}, 400)
    return min(wanted, int(text))


def oembed_xml(answer: dict[str, Any]) -> str:
    """Return the answer as XML."""
    root = Element("oembed")
    for name, value in answer.items():
        SubElement(root, name).text = str(value)
    return '<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n' + tostring(root, encoding="unicode") + "\n"
