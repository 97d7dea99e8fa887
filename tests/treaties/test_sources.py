"""Sources: one row for a page, a copy that can be proved, and addresses that are asked, not trusted."""

from __future__ import annotations

import hashlib
import threading
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError

from treaties.address_check import check_addresses
from treaties.archiving import ArchiveError, keep_copy
from treaties.models import ArchivedCopy, Source
from treaties.same_page import plain_address, same_page

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://www.un.org/treaties/", "https://un.org/treaties"),
        ("https://un.org/a?id=1&utm_source=x", "https://un.org/a?id=1"),
        ("https://UN.org/a#top", "https://un.org/a"),
    ],
)
def test_spellings_of_one_page_are_one(one, other):
    assert plain_address(one) == plain_address(other)


def test_two_pages_stay_two():
    assert plain_address("https://un.org/a?id=1") != plain_address("https://un.org/a?id=2")


def test_a_page_on_record_is_found_under_another_spelling(source):
    Source.objects.filter(pk=source.pk).update(url="https://www.gazette.example/notice/")
    assert same_page("http://gazette.example/notice?utm_source=mail") == source
    assert same_page("http://gazette.example/notice", besides=source.pk) is None
    assert same_page("https://gazette.example/notice/2") is None


def test_a_copy_is_kept_once_with_its_hash(source):
    for _ in range(2):
        keep_copy(source, b"A notice.", file_name="notice.txt", read_on=date(2019, 2, 2))
    copy = ArchivedCopy.objects.get()
    assert bytes(copy.content) == b"A notice."
    assert copy.sha256 == hashlib.sha256(b"A notice.").hexdigest()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("run.exe", b"MZ", "is not kept"),
        ("empty.txt", b"", "is empty"),
        ("big.pdf", b"x" * (10 * 1024 * 1024 + 1), "more than"),
    ],
)
def test_what_is_no_copy_is_refused(source, name, content, sentence):
    with pytest.raises(ArchiveError, match=sentence):
        keep_copy(source, content, file_name=name, read_on=date(2019, 2, 2))
    assert not ArchivedCopy.objects.exists()


def form(**changes):
    inlines = {
        f"archived_copies-{name}": 0 for name in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")
    }
    return {"slug": "s", "publisher": "P", "title": "T", "language": "en", "url": ""} | inlines | changes


def test_an_editor_keeps_a_file_and_gets_it_back_as_a_download(admin_client):
    file = SimpleUploadedFile("page.html", b"<script>alert(1)</script>")
    admin_client.post("/admin/treaties/source/add/", form(copy_file=file))
    answer = admin_client.get(f"/admin/treaties/source/copies/{ArchivedCopy.objects.get().pk}/")
    assert answer.content == b"<script>alert(1)</script>"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_second_row_for_the_same_page_is_refused_with_the_first(admin_client, source):
    Source.objects.filter(pk=source.pk).update(url="https://gazette.example/notice")
    answer = admin_client.post("/admin/treaties/source/add/", form(url="http://www.gazette.example/notice/"))
    assert "This page is on record already: Gazette: Notice received." in answer.content.decode()
    assert Source.objects.count() == 1


class Pages(BaseHTTPRequestHandler):
    """A small server with a page, a dead one, one for registered readers, and one that answers no HEAD."""

    answers = {"/page": 200, "/gone": 410, "/members": 403, "/no-head": 200}

    def do_HEAD(self):
        self._answer(405 if self.path == "/no-head" else self.answers[self.path])

    def do_GET(self):
        self._answer(self.answers[self.path])

    def _answer(self, status):
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def pages():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def at(url):
    return Source.objects.create(slug=url.rpartition("/")[2], publisher="P", title=url, url=url)


def test_a_dead_address_is_told_from_one_that_only_refuses_programs(pages):
    sources = [at(f"{pages}{path}") for path in Pages.answers]
    faults = {answer.source.slug: answer.fault for answer in check_addresses(sources, at=AT)}
    assert faults == {"page": "", "gone": "answers 410 Gone", "members": "", "no-head": ""}
    gone = Source.objects.get(slug="gone")
    assert (gone.address_fault, gone.address_checked_at) == ("answers 410 Gone", AT)


def test_a_host_that_nobody_knows_says_nothing_about_the_address():
    (answer,) = check_addresses([at("https://nowhere.invalid/page")], at=AT)
    assert answer.is_network
    assert Source.objects.get().address_checked_at is None


def test_the_command_names_the_dead_and_the_stale_and_ends_with_one(pages, capsys):
    at(f"{pages}/gone")
    Source.objects.create(slug="old", publisher="P", title="Old", read_on=date(2001, 1, 1))
    with pytest.raises(CommandError, match="2 sources need a look"):
        call_command("check_sources")
    said = capsys.readouterr().out
    assert "stale: P: Old was read on 2001-01-01" in said
    assert "answers 410 Gone" in said
