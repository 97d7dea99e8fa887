"""The outermost layer of the web process, asked as the server asks it."""

from __future__ import annotations

import gzip
import io
from dataclasses import dataclass

import pytest
from django.core.cache import cache
from django.core.handlers.wsgi import WSGIHandler

from treatywatch.page_cache.editions import Editions
from treatywatch.page_cache.serving import PageCache


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    is_kept: bool

    @property
    def text(self):
        body = gzip.decompress(self.body) if self.headers.get("content-encoding") == "gzip" else self.body
        return body.decode()


class Process:
    """One web process: its own memory, the database and Valkey that all share."""

    def __init__(self):
        self.made, django = 0, WSGIHandler()

        def counted(environ, start_response):
            self.made += 1
            return django(environ, start_response)

        self.application = PageCache(counted, Editions(believed=0))

    def ask(self, address, method="GET", **headers):
        path, _, query = address.partition("?")
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "HTTP_HOST": "localhost",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
        } | {f"HTTP_{name.upper()}": value for name, value in headers.items()}
        told, before = [], self.made
        result = self.application(environ, lambda status, headers, _error=None: told.extend([status, headers]))
        body = b"".join(result)
        named = {name.lower(): value for name, value in told[1]}
        return Answer(int(told[0][:3]), named, body, self.made == before)


@pytest.fixture
def process():
    cache.clear()
    return Process()


@pytest.fixture
def another():
    return Process()
