"""The outermost layer of the web process: answers from kept pages before Django is asked at all.

It keeps only what the site itself calls public (`PublicPages`), and answers from it only readers who are nobody in
particular: whoever is signed in always gets the page made anew.
"""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import Error
from django.utils.http import parse_etags

from treatywatch.page_cache.editions import Editions
from treatywatch.page_cache.shelf import Page, Shelf, page_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from treatywatch.page_cache.shelf import Headers

    Environ = dict[str, Any]
    StartResponse = Callable[..., Any]
    Application = Callable[[Environ, StartResponse], Iterable[bytes]]

log = logging.getLogger(__name__)

_NEVER_KEPT = ("/static/", "/admin/", "/alerts/", "/health/", "/mailbox/")
# A page has few addresses, a search as many as readers have words: those would crowd out the pages.
_FREE_TEXT = ("q=",)


class PageCache:
    """A WSGI application around Django's."""

    def __init__(self, application: Application, editions: Editions | None = None) -> None:
        self._application = application
        self._editions = editions or Editions()
        self._shelf = Shelf()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        if not _may_be_kept(environ):
            return self._application(environ, start_response)
        try:
            edition = self._editions.current()
        except Error as error:
            log.warning("No page can be kept, because the database does not answer: %s", error)
            return self._application(environ, start_response)
        key = _key(environ)
        page = self._shelf.get(edition, key)
        if page is not None:
            return _serve(page, environ, start_response)
        return self._make(edition, key, environ, start_response)

    def _make(
        self, edition: str, key: tuple[str, ...], environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Have Django make the page, and keep it under the edition that was current *before* it was made."""
        answer = _Answer()
        # Made whole even for a HEAD, so that both share one kept page.
        result = self._application({**environ, "REQUEST_METHOD": "GET"}, answer.start)
        if not answer.is_public:
            return answer.pass_on(environ, start_response, result)
        page = page_of(answer.headers, answer.read(result))
        if page is None:
            start_response(answer.status, answer.headers)
            return [answer.body]
        if not any(word in environ.get("QUERY_STRING", "") for word in _FREE_TEXT):
            self._shelf.put(edition, key, page)
        return _serve(page, environ, start_response)


class _Answer:
    """What Django answered."""

    def __init__(self) -> None:
        self.status, self.body = "", b""
        self.headers: Headers = []

    def start(self, status: str, headers: Headers, _error: Any = None) -> None:
        self.status, self.headers = status, headers

    @property
    def is_public(self) -> bool:
        """Say whether it may be kept: a whole page that is the same for everybody and sets no cookie."""
        named = {name.lower(): value for name, value in self.headers}
        is_whole = self.status.startswith("200") and "content-length" in named
        return is_whole and "public" in named.get("cache-control", "") and "set-cookie" not in named

    def read(self, result: Any) -> bytes:
        try:
            self.body = b"".join(result)
        finally:
            result.close()
        return self.body

    def pass_on(self, environ: Environ, start_response: StartResponse, result: Any) -> Iterable[bytes]:
        start_response(self.status, self.headers)
        if environ["REQUEST_METHOD"] == "HEAD":
            result.close()
            return []
        return result


def _may_be_kept(environ: Environ) -> bool:
    cookies = environ.get("HTTP_COOKIE", "")
    return (
        environ["REQUEST_METHOD"] in ("GET", "HEAD")
        and not environ["PATH_INFO"].startswith(_NEVER_KEPT)
        and not (cookies and _names_somebody(cookies))
        and "HTTP_AUTHORIZATION" not in environ
    )


def _names_somebody(cookies: str) -> bool:
    """Say whether a session, or a message meant for this reader, comes along."""
    return f"{settings.SESSION_COOKIE_NAME}=" in cookies or "messages=" in cookies


def _key(environ: Environ) -> tuple[str, ...]:
    # The language is part of the path; nothing else about a reader changes a public page.
    return (
        environ.get("HTTP_HOST", ""),
        environ.get("HTTP_X_FORWARDED_PROTO", "") if settings.SECURE_PROXY_SSL_HEADER else "",
        environ.get("wsgi.url_scheme", ""),
        environ["PATH_INFO"],
        environ.get("QUERY_STRING", ""),
    )


@lru_cache(maxsize=1024)
def _takes_gzip(accepted: str) -> bool:
    for part in accepted.lower().split(","):
        coding, _, weight = part.partition(";")
        if coding.strip() in ("gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _knows(page: Page, asked: str) -> bool:
    return asked in (page.etag, "*") or page.etag in parse_etags(asked)


def _serve(page: Page, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    asked = environ.get("HTTP_IF_NONE_MATCH")
    if asked and _knows(page, asked):
        start_response("304 Not Modified", page.known_headers)
        return []
    if not page.is_compressed or _takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")):
        start_response("200 OK", page.packed_headers)
        body = page.body
    else:
        start_response("200 OK", [*page.headers, ("Content-Length", str(page.length))])
        body = page.plain_body()
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]
