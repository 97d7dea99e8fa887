"""Citations, read back as the programs that they are for read them."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest

from events.citing.citation import Citation
from events.citing.writers import bibtex, csl, ris, text

NASTY = Citation(
    key="treatywatch-nasty",
    title="50 % of {A_B} & C#1\r\nER  - \\input{evil} “Ω” ~^$",
    address="https://treatywatch.example/treaties/nasty/?q=a%20b&as_of=2019-02-05",
    accessed=date(2026, 11, 25),
    changed=date(2026, 1, 2),
    revision=3,
    as_of=date(2019, 2, 5),
    known=date(2026, 6, 1),
)


def read_bibtex(entry):
    """Read one entry: fields in braces that must balance."""
    kind, key, body = re.fullmatch(r"@(\w+)\{([\w-]+),\n(.*)\n\}\n", entry, re.DOTALL).groups()
    fields = {}
    for line in body.split("\n"):
        name, value = re.fullmatch(r"  (\w+) = \{(.*)\},?", line).groups()
        bare = re.sub(r"\\[{}]", "", value)
        assert bare.count("{") == bare.count("}"), line
        fields[name] = value
    return kind, key, fields


def read_ris(record):
    lines = record.split("\r\n")
    assert lines[-1] == ""
    assert lines[-2] == "ER  - "
    fields = [re.fullmatch(r"([A-Z][A-Z0-9])  - (.*)", line).groups() for line in lines[:-1]]
    assert [tag for tag, _ in fields].count("ER") == 1
    return dict(fields)


def test_bibtex_is_escaped_and_balanced():
    kind, key, fields = read_bibtex(bibtex(NASTY))
    assert (kind, key) == ("misc", "treatywatch-nasty")
    assert fields["title"] == (
        r"{50 \% of \{A\_B\} \& C\#1 ER - \textbackslash{}input\{evil\} “Ω” \textasciitilde{}\textasciicircum{}\$}"
    )
    assert fields["url"] == NASTY.address
    assert (fields["year"], fields["urldate"]) == ("2026", "2026-11-25")
    assert fields["note"] == "revision 3, as of 5 February 2019, as known on 1 June 2026"


def test_ris_ends_once_and_keeps_each_field_on_its_line():
    fields = read_ris(ris(NASTY))
    assert fields["TY"] == "ELEC"
    assert fields["TI"] == r"50 % of {A_B} & C#1 ER - \input{evil} “Ω” ~^$"
    assert (fields["Y2"], fields["DA"], fields["UR"]) == ("2026/11/25", "2026/01/02", NASTY.address)


def test_csl_json_has_the_fields_of_its_schema():
    (item,) = json.loads(csl(NASTY))
    assert item["type"] == "webpage"
    assert item["author"] == [{"literal": "TreatyWatch"}]
    assert item["accessed"] == {"date-parts": [[2026, 11, 25]]}
    assert item["URL"] == NASTY.address
    assert item["version"] == "3"


def test_text_names_edition_address_and_day_of_access():
    assert text(NASTY).endswith(
        f", revision 3, as of 5 February 2019, as known on 1 June 2026. {NASTY.address} (accessed 25 November 2026).\n"
    )


def get(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer


@pytest.mark.django_db
@pytest.mark.usefixtures("record")
class TestOfOurPages:
    @pytest.mark.parametrize(
        ("page", "title", "edition"),
        [
            ("treaties/inf/", "INF Treaty: status and timeline", ""),
            ("treaties/inf/?as_of=2019-02-05", "INF Treaty: status and timeline", "as of 5 February 2019"),
            ("events/us-gives-notice-2019-02-02/", "United States gives notice", "revision 1"),
            ("deadlines/inf-withdrawal-united-states-2019-02-02/", "INF Treaty: ", "revision 1"),
            ("parties/russia/", "Russia: ", ""),
            ("treaties/inf/parties/russia/?as_of=2019-02-05", "Russia in INF Treaty", "as of 5 February 2019"),
            ("statements/?party=russia", "Statements", ""),
            ("", "Front page", ""),
        ],
    )
    def test_each_page_is_cited_in_each_form(self, client, settings, page, title, edition):
        (item,) = json.loads(get(client, f"/cite/csl/{page}").content)
        assert item["title"].startswith(title)
        assert item.get("note", "") == edition
        assert item["URL"] == f"{settings.PUBLIC_URL}/{page}"
        _, _, fields = read_bibtex(get(client, f"/cite/bibtex/{page}").content.decode())
        assert fields["url"] == item["URL"]
        assert read_ris(get(client, f"/cite/ris/{page}").content.decode())["UR"] == item["URL"]
        assert item["URL"] in get(client, f"/cite/text/{page}").content.decode()

    def test_the_cited_address_is_there_and_leads_to_its_citations(self, client):
        for page in (
            "/treaties/inf/?as_of=2019-02-05",
            "/treaties/inf/parties/russia/",
            "/events/us-gives-notice-2019-02-02/",
            "/",
        ):
            shown = get(client, page).content.decode()
            for form in ("text", "bibtex", "ris", "csl"):
                assert f'href="/cite/{form}{page}"' in shown

    def test_a_page_in_another_language_is_cited_in_it(self, client, settings):
        (item,) = json.loads(get(client, "/fr/cite/csl/treaties/inf/").content)
        assert item["URL"] == f"{settings.PUBLIC_URL}/fr/treaties/inf/"
        assert 'href="/fr/cite/ris/treaties/inf/"' in get(client, "/fr/treaties/inf/").content.decode()

    @pytest.mark.parametrize("page", ["treaties/atlantis/", "events/nothing/", "admin/", "nowhere/", "calculator/"])
    def test_what_is_no_page_of_the_record_is_not_cited(self, client, page):
        get(client, f"/cite/ris/{page}", 404)

    def test_a_wrong_day_is_refused(self, client):
        get(client, "/cite/ris/treaties/inf/?as_of=never", 400)
