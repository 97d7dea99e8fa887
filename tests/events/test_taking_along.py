"""What is taken along from a page says from which day it was seen; what is asked wrongly is answered in its own form."""

from __future__ import annotations

import csv
import html
import io
import re
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from defusedxml import ElementTree
from icalendar import Calendar

from events import services
from tests.conftest import FEBRUARY_2019

pytestmark = pytest.mark.django_db

FIRST = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = datetime(2026, 3, 9, 12, tzinfo=UTC)
NOTICE = "/events/notice_of_withdrawal-2019-02-02/"
THEN = "as_of=2019-02-05&known=2026-03-05"
EDITION = "as of 5 February 2019, as known on 5 March 2026"
FRENCH_EDITION = "au 5 février 2019, tel que connu le 5 mars 2026"


@pytest.fixture
def corrected(enter, written_at):
    """Enter a notice of 2 February on 1 March, and correct it to 3 February on 9 March."""
    notice = enter(title="Notice receved")
    written_at(FIRST)
    notice.title, notice.date = "Notice received", "2019-02-03"
    services.save_event(notice, at=FEBRUARY_2019)
    services.after_event_change(notice, at=FEBRUARY_2019)
    written_at(LATER)
    return notice


@pytest.mark.parametrize("page", ["/treaties/pact", "/parties/ruritania"])
class TestUnderBothDays:
    def test_a_table(self, page, client, corrected, settings):
        (row,) = csv.DictReader(io.StringIO(client.get(f"{page}.csv?{THEN}").text))
        assert (row["title"], row["date"]) == ("Notice receved", "2019-02-02")
        assert row["cite_as"] == f"TreatyWatch, revision 1, {EDITION}. {settings.PUBLIC_URL}{NOTICE}?{THEN}"
        assert row["cite_as"].rpartition("/")[2] == f"?{THEN}"
        assert "Notice receved" in client.get(f"{NOTICE}?{THEN}").text

    def test_a_document(self, page, client, corrected, settings):
        told = client.get(f"{page}.json?{THEN}").json()
        assert (told["about"]["as_of"], told["about"]["known"]) == ("2019-02-05", "2026-03-05")
        assert told["about"]["citation"].endswith(f", {EDITION}. {settings.PUBLIC_URL}{page}/?{THEN}")
        assert [one["date"] for one in told["events"]] == ["2019-02-02"]

    def test_a_feed(self, page, client, corrected, settings):
        feed = ElementTree.fromstring(client.get(f"{page}.atom?{THEN}").content)
        titles = [node.text for node in feed.iter() if node.tag.endswith("}title")]
        assert any("Notice receved" in title for title in titles)
        assert any("2 August 2019" in title for title in titles), "the clock as it was told"
        assert f"{settings.PUBLIC_URL}{page}.atom?{THEN}" in [node.text for node in feed if node.tag.endswith("}id")]

    def test_a_calendar(self, page, client, corrected, settings):
        shown = Calendar.from_ical(client.get(f"{page}.ics?{THEN}").content)
        (entry,) = shown.walk("VEVENT")
        assert entry["DTSTART"].dt.isoformat() == "2019-08-02"
        assert shown["URL"] == f"{settings.PUBLIC_URL}{page}/?{THEN}"
        present = Calendar.from_ical(client.get(f"{page}.ics").content).walk("VEVENT")
        known = Calendar.from_ical(client.get(f"{page}.ics?known=2026-03-05").content).walk("VEVENT")
        uids = [one["UID"] for one in (entry, *present, *known)]
        assert len(set(uids)) == 3, "a picture of the past moves nothing in a calendar of the present"


@pytest.mark.parametrize("page", [NOTICE, "/treaties/pact/", "/parties/ruritania/", "/fr/treaties/pact/"])
def test_a_citation_made_of_the_past_leads_there_and_says_so(page, client, corrected, settings):
    shown = client.get(f"{page}?{THEN}").text
    assert len(re.findall(r'class="cite"', shown)) == 1
    cited = html.unescape(re.search(r'<p class="cite">(.*?)</p>', shown, re.DOTALL)[1])
    assert f"{settings.PUBLIC_URL}{page}?{THEN}" in cited
    if not page.startswith("/fr/"):
        assert EDITION in cited
    forms = re.search(r"This citation as:.*?</p>|Cette référence.*?</p>", shown, re.DOTALL)[0]
    addresses = [html.unescape(one) for one in re.findall(r'href="([^"]+)"', forms)]
    assert len(addresses) == 4
    for address in addresses:
        told = client.get(address).text.replace("\\", "")
        assert f"{page}?{THEN}" in told
        assert (FRENCH_EDITION if page.startswith("/fr/") else EDITION) in told


def test_a_revision_is_cited_by_its_number(client, corrected):
    assert "revision 1" in client.get(f"/cite/text{NOTICE}?revision=1").text
    assert "Notice receved" in client.get(f"/cite/text{NOTICE}?revision=1").text
    assert "revision 2" in client.get(f"/cite/text{NOTICE}").text
    assert client.get(f"/cite/text{NOTICE}?revision=7").status_code == 400


@pytest.mark.parametrize(
    "address",
    [
        "/treaties/pact.json?kind=poem",
        "/statements.json?stance=sings",
        "/deadlines.json?state=lost",
        "/search.json?kind=poem&q=no",
        "/treaties.json?as_of=never",
        "/fr/parties/ruritania.json?page=2",
        "/calculator.json?treaty=pact&on=never",
    ],
)
def test_a_program_that_asks_wrongly_for_json_is_told_the_problem(address, client, treaty, party):
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    told = answer.json()
    assert (told["status"], told["title"], told["type"]) == (400, "Bad Request", "about:blank")
    assert len(told["detail"].split()) > 3


@pytest.mark.parametrize(
    "address",
    [
        "/treaties/pact.csv?kind=poem",
        "/statements.atom?stance=sings",
        "/deadlines.ics?state=lost",
        "/changes.csv?as_of=never",
        "/cite/ris/treaties/pact/?as_of=never",
        "/pictures/treaties/pact.png?as_of=never",
        "/fr/deadlines.csv?from=never",
    ],
)
def test_other_programs_are_told_in_plain_text(address, client, treaty):
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (400, "text/plain; charset=utf-8")
    assert len(answer.text.split()) > 3
    assert "<" not in answer.text


def test_what_is_not_on_record_is_answered_so_too(client, treaty):
    answer = client.get("/treaties/atlantis.json")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert answer.json()["detail"] == "There is no treaty “atlantis” on record."
    answer = client.get("/parties/atlantis.ics")
    assert (answer.status_code, answer["Content-Type"]) == (404, "text/plain; charset=utf-8")


def test_a_misspelt_name_offers_a_program_what_may_be_meant(client, treaty):
    assert client.get("/statements.json?treaty=Pac").json()["meant"] == ["/statements.json?treaty=pact"]


@pytest.mark.parametrize("language", ["", "/fr"])
def test_a_page_is_embedded_in_its_language(language, client, settings, corrected):
    for page in ("/treaties/pact/", "/deadlines/pact-withdrawal-ruritania-2019-02-02/"):
        address = f"{settings.PUBLIC_URL}{language}{page}?as_of=2019-02-05"
        told = client.get("/oembed?" + urlencode({"url": address})).json()
        assert f'src="{settings.PUBLIC_URL}{language}/embed{page}?as_of=2019-02-05"' in html.unescape(told["html"])
        for one in (f"{language}/embed{page}", told["thumbnail_url"].removeprefix(settings.PUBLIC_URL)):
            assert client.get(one).status_code == 200
        shown = client.get(f"{language}{page}?as_of=2019-02-05").text
        picture = re.search(r'og:image" content="([^"]+)"', shown)[1].removeprefix(settings.PUBLIC_URL)
        assert client.get(html.unescape(picture)).status_code == 200
        link = html.unescape(re.search(r'json\+oembed" title="[^"]+" href="([^"]+)"', shown)[1])
        assert client.get(link).status_code == 200
