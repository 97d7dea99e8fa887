"""A depositary's list comes onto the record whole or not at all, with its source, and moves the clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime
from html import escape
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from events.importing import Provenance, RegisterError, import_register, read_register
from events.models import Deadline
from events.services import recompute_treaty
from treaties.models import Participation, ParticipationAct, Party, Provision, Source, Treaty
from treaties.querysets import JOINING_KINDS

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
HEADINGS = ("Participant<superscript>1</superscript>", "Signature", "Ratification, Acceptance(A), Accession(a)")


def status_xml(*rows, headings=HEADINGS, signatories=2, parties=3):
    """Build the collection's XML: Latin-1, footnotes as escaped tags within the text, tabs within dates."""

    def line(cells):
        return "<Row>" + "".join(f"<Entry>{escape(cell)}</Entry>" for cell in cells) + "</Row>"

    return f"""<?xml version="1.0" encoding="ISO-8859-1"?>
<MTDSGStatus><Treaty><ExternalData><Titlesect>Pact</Titlesect>
<Status><Signatories>{signatories}</Signatories><Parties>{parties}</Parties></Status></ExternalData>
<Participants><Table><TGroup cols="3"><Thead>{line(headings)}</Thead>
<Tbody><Rows>{"".join(line(row) for row in rows)}</Rows></Tbody></TGroup></Table></Participants></Treaty></MTDSGStatus>
""".encode("latin-1")


ROWS = [
    ("Côte d'Ivoire<superscript>2</superscript>", "8 Dec\t 1987 ", "1 Jan\t 1990 A"),
    ("Iran (Islamic Republic of)", "", "3 Mar\t 1990 a"),
    ("Türkiye", "9 Dec\t 1987 ", "[4 Apr\t 1991 ]"),
]
PAGE = """<html><body><table><tr><td>United Nations Treaty Collection</td></tr><tr><td>
<span>STATUS AS AT : 20-11-2026 05:00:41 EDT</span> <span>Status</span>: Signatories : 2. Parties : 3
<div class="table-responsive"><table id="ctl00_ContentPlaceHolder1_tblgrid" class="table">
<tr><th>Participant <sup>1</sup></th><th>Signature</th><th>Ratification, Acceptance(A), Accession(a)</th></tr>
{rows}</table></div></td></tr></table></body></html>"""


def status_page(*rows):
    lines = [
        "<tr>" + "".join(f"<td>{cell.replace('superscript', 'sup')}</td>" for cell in row) + "</tr>" for row in rows
    ]
    return PAGE.format(rows="".join(lines)).encode()


CSV = """party;act;date;deposited_with;note
Ivory Coast;Signature;8 Dec 1987;;
CI;acceptance;1990-01-01;;
Tehran;accession;1990-03-03;;
Turkey;signature;9 December 1987;;
Turkey;ratification;1991-04-04;;The register gives this date in brackets; its footnote says why.
""".replace("brackets; its", "brackets, its")


@pytest.fixture
def pact(treaty):
    """Three states known by several names, and a Pact that binds 90 days after a deposit."""
    for slug, name, code, aliases in (
        ("cote-d-ivoire", "Côte d'Ivoire", "CI", ["Ivory Coast"]),
        ("iran", "Iran", "IR", ["Iran (Islamic Republic of)", "Tehran"]),
        ("turkiye", "Türkiye", "TR", ["Turkey"]),
    ):
        Party.objects.create(slug=slug, name=name, iso_code=code, aliases=aliases)
    Treaty.objects.filter(pk=treaty.pk).update(entered_into_force_on=date(1988, 6, 1))
    treaty.refresh_from_db()
    rule = {"schema": 1, "kind": "offset", "amount": 90, "unit": "days", "citation": "Pact, Article XVI"}
    Provision.objects.create(treaty=treaty, article="XVI", kind="entry_into_force_for_state", rule=rule)
    report = {"schema": 1, "kind": "deadline", "amount": 1, "unit": "years", "citation": "Pact, Article VII"}
    Provision.objects.create(
        treaty=treaty,
        article="VII",
        kind="reporting",
        effect_title="Report of {party} due",
        trigger_kind="act:entry_into_force",
        rule=report,
    )
    return treaty


def bring(treaty, content, name="status.xml", *, take=False, dry_run=False, address="https://treaties.un.org/pact"):
    provenance = Provenance(
        "United Nations Treaty Collection", "Status of the Pact", address, date(2026, 11, 20), content
    )
    register = read_register(name, content)
    return import_register(treaty, register, provenance, take=take, dry_run=dry_run, at=NOW)


def acts(**wanted):
    rows = ParticipationAct.objects.filter(**wanted).exclude(basis="derived").order_by("date")
    return [(act.participation.party.slug, act.kind, act.date.isoformat()) for act in rows]


READ = [
    ("cote-d-ivoire", "signature", "1987-12-08"),
    ("turkiye", "signature", "1987-12-09"),
    ("cote-d-ivoire", "acceptance", "1990-01-01"),
    ("iran", "accession", "1990-03-03"),
    ("turkiye", "ratification", "1991-04-04"),
]


@pytest.mark.parametrize(
    ("name", "content"),
    [("status.xml", status_xml(*ROWS)), ("ViewDetails.aspx", status_page(*ROWS)), ("acts.csv", CSV.encode())],
)
def test_the_three_formats_give_the_same_acts_each_with_its_source(pact, name, content):
    bring(pact, content, name)
    assert acts() == READ
    source = Source.objects.get(publisher="United Nations Treaty Collection")
    assert set(ParticipationAct.objects.values_list("source", "verified")) == {(source.pk, True)}
    assert (source.url, source.read_on, len(source.file_hash)) == (
        "https://treaties.un.org/pact",
        date(2026, 11, 20),
        64,
    )
    assert "brackets" in ParticipationAct.objects.get(kind="ratification").note


def test_the_clocks_follow_in_the_same_transaction(pact):
    done = bring(pact, status_xml(*ROWS))
    assert Deadline.objects.filter(title="Report of Iran due").get().due == date(1991, 6, 1)
    assert {one.title for one in done.deadlines} >= {"Report of Iran due", "Report of Côte d'Ivoire due"}


def test_a_second_import_changes_nothing_and_keeps_one_source(pact):
    bring(pact, status_xml(*ROWS))
    again = bring(pact, status_xml(*ROWS))
    assert (again.comparison.unchanged, again.comparison.added, again.deadlines) == (5, [], [])
    assert Source.objects.count() == 1
    assert acts() == READ


def test_a_dry_run_tells_all_and_leaves_no_trace(pact):
    done = bring(pact, status_xml(*ROWS), dry_run=True)
    assert len(done.comparison.added) == 5
    assert done.deadlines
    assert not (Participation.objects.exists())
    assert not (Source.objects.exists())
    assert not (Deadline.objects.exists())


def test_where_they_differ_the_record_stays_unless_the_operator_takes_the_registers_word(pact):
    bring(pact, status_xml(*ROWS))
    corrected = status_xml(ROWS[0], ("Iran (Islamic Republic of)", "", "5 Mar 1990 a"), ROWS[2])
    kept = bring(pact, corrected)
    assert [str(one) for one in kept.comparison.differing] == [
        "Iran: on record deposit of accession on 3 March 1990, in the register deposit of accession on 5 March 1990."
    ]
    assert ("iran", "accession", "1990-03-03") in acts()
    bring(pact, corrected, take=True)
    assert ("iran", "accession", "1990-05-03") not in acts()
    assert ("iran", "accession", "1990-03-05") in acts()
    assert Deadline.objects.get(title="Report of Iran due").due == date(1991, 6, 3)


def test_what_only_the_record_has_is_told_and_kept(pact):
    bring(pact, status_xml(*ROWS))
    done = bring(pact, status_xml(*ROWS[:2]))
    assert done.comparison.only_on_record == [
        "Türkiye: signature on 9 December 1987.",
        "Türkiye: deposit of ratification on 4 April 1991.",
    ]
    assert acts() == READ


def test_an_unverified_act_is_confirmed_by_the_register(pact):
    iran = Participation.objects.create(treaty=pact, party=Party.objects.get(slug="iran"))
    ParticipationAct.objects.create(participation=iran, kind="accession", date="1990-03-03", verified=False)
    done = bring(pact, status_xml(*ROWS))
    assert [entry.party for _, entry in done.comparison.confirmed] == ["Iran (Islamic Republic of)"]
    assert ParticipationAct.objects.get(kind="accession").verified


def test_the_days_of_several_depositaries_stand_side_by_side(pact):
    table = "party,act,date,deposited_with\n" + "".join(
        f"Iran,accession,{day},{city}\n"
        for day, city in (("1992-03-09", "London"), ("1992-03-12", "Washington"), ("1992-03-17", "Moscow"))
    )
    bring(pact, table.encode(), "acts.csv")
    assert list(ParticipationAct.objects.exclude(basis="derived").values_list("deposited_with", flat=True)) == [
        "London",
        "Washington",
        "Moscow",
    ]
    assert ParticipationAct.objects.get(basis="derived").date == date(1992, 6, 7), "counted from the earliest"


FAULTS = [
    (("Freedonia", "", "1 Jan 1990 a"), "Row 1 (Freedonia): No party is called “Freedonia”."),
    (("Iran", "", "31 Feb 1990 a"), "Row 1 (Iran): “31 Feb 1990” is not a date"),
    (("Iran", "", "soon"), "Row 1 (Iran): “soon” is not a date as the register writes it."),
    (("Iran", "", "1 Jan 1990 P"), "Row 1 (Iran): Nothing says what the letter “P” means"),
    (("Iran", "", "1 Jan 2030 a"), "Row 1 (Iran): Deposit of accession on 1 January 2030 is still to come."),
    (("Iran", "1 Jan 1980", ""), "Row 1 (Iran): Signature on 1 January 1980 comes before Pact was opened"),
]


@pytest.mark.parametrize(("row", "sentence"), FAULTS)
def test_a_faulty_row_is_named_and_nothing_is_written(pact, row, sentence):
    with pytest.raises(RegisterError) as refused:
        bring(pact, status_xml(row, *ROWS[:1]))
    assert sentence in str(refused.value.rows[0])
    assert not (Participation.objects.exists())
    assert not (Source.objects.exists())


def test_one_party_under_two_names_is_named(pact):
    with pytest.raises(RegisterError) as refused:
        bring(pact, b"party,act,date\nIran,accession,1990-03-03\nTehran,accession,1990-03-03\n", "acts.csv")
    assert "stands in row 2 already" in str(refused.value.rows[0])


BOMB = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><x>&b;</x>"""


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("x.xml", b"<Treaty>", "not well-formed XML"),
        ("x.xml", BOMB, "not read for safety"),
        ("x.xml", b"<Treaty/>", "no table of participants"),
        ("x.html", b"<html><body>Under maintenance</body></html>", "no table of participants"),
        ("x.csv", b"state,act,date\n", "no “party” column"),
        ("x.csv", b"party,act,date,colour\n", "unknown “colour” column"),
        ("x.csv", b"party,act,date\n", "no act in it"),
        ("x.csv", "party,act,date\nTürkiye".encode("latin-1"), "not UTF-8"),
        ("x.csv", b"party,act,date\nIran,adhesion,1990-01-01\n", "some rows cannot be understood"),
        ("x.csv", b"x" * (10 * 1024 * 1024 + 1), "larger than 10 MB"),
    ],
)
def test_a_file_that_is_no_register_is_refused_in_a_sentence(name, content, sentence):
    with pytest.raises(RegisterError, match=sentence):
        read_register(name, content)


def test_the_letters_mean_what_the_heading_says_and_else_what_the_collection_means():
    headings = ("Participant", "Signature, Succession to signature(d)", "Consent to be bound(P), Approval(AA)")
    rows = [("Iran", "1 Jan 1990 d", "2 Jan 1990 P"), ("Türkiye", "", "3 Jan 1990 AA"), ("X", "", "4 Jan 1990 c")]
    register = read_register("x.xml", status_xml(*rows, headings=headings, signatories=1, parties=3))
    assert [one.kind for one in register.entries] == ["signature", "consent", "approval", "formal_confirmation"]
    assert register.warnings == []


def test_a_table_that_does_not_add_up_to_the_registers_own_count_is_told():
    register = read_register("x.xml", status_xml(*ROWS, signatories=3, parties=3))
    assert register.warnings == [
        "The register counts 3 signatories; its table gives 2.",
        "The register counts 3 parties; its table gives 2.",
    ]


def test_the_page_says_as_at_which_day_it_speaks():
    assert read_register("x.html", status_page(*ROWS)).as_of == date(2026, 11, 20)


def registered(slug):
    """Return the rows of a register that says just what the record says."""
    rows: dict[str, list[list[str]]] = {}
    letters = {"accession": " a", "acceptance": " A", "approval": " AA", "succession": " d", "ratification": ""}
    for act in ParticipationAct.objects.filter(participation__treaty__slug=slug).select_related("participation__party"):
        party = act.participation.party
        cells = rows.setdefault(str(next(iter(party.aliases), party.name)), [[], []])
        written = f"{act.date.day} {act.date:%b %Y}"
        if act.kind == "signature":
            cells[0].append(written)
        elif act.kind in JOINING_KINDS:
            cells[1].append(written + letters[act.kind])
    return [(name, "; ".join(signed), "; ".join(joined)) for name, (signed, joined) in rows.items()]


def test_the_depositarys_list_of_the_tpnw_agrees_with_the_record(record):
    content = status_xml(*registered("tpnw"), signatories=95, parties=75).decode("latin-1").encode("latin-1", "replace")
    register = read_register("tpnw.xml", content)
    assert register.warnings == []
    tpnw = Treaty.objects.get(slug="tpnw")
    recompute_treaty(tpnw, at=NOW)
    done = bring(tpnw, content)
    found = done.comparison
    assert (found.added, found.differing, found.only_on_record, done.deadlines) == ([], [], [], [])


def test_the_command_shows_the_difference_and_says_that_a_dry_run_wrote_nothing(pact, tmp_path):
    file = tmp_path / "status.xml"
    file.write_bytes(status_xml(*ROWS, parties=2))
    told = StringIO()
    call_command("import_status", str(file), "--treaty", "pact", "--dry-run", stdout=told)
    assert "+ Iran: deposit of accession on 3 March 1990" in told.getvalue()
    assert "5 added, 0 confirmed" in told.getvalue()
    assert told.getvalue().rstrip().endswith("Nothing was written: this was a dry run.")
    call_command("import_status", str(file), "--treaty", "pact", stdout=told)
    assert acts() == READ


def test_the_command_names_each_faulty_row(pact, tmp_path):
    file = tmp_path / "acts.csv"
    file.write_text("party,act,date\nFreedonia,accession,1990-01-01\nIran,accession,1990\n")
    with pytest.raises(CommandError, match=r"Row 3 \(Iran\): “1990” is not known to the day"):
        call_command("import_status", str(file), "--treaty", "pact")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--treaty", "atlantis", "x.xml"], "no treaty “atlantis”"),
        (["--treaty", "pact"], "either a file or --url"),
        (["--treaty", "pact", "nowhere.xml"], "cannot be read"),
        (["--treaty", "pact", "--url", "http://treaties.un.org/x.xml"], "no https address"),
        (["--treaty", "pact", "--url", "file:///etc/passwd"], "no https address"),
        (["--treaty", "pact", "--url", "https://127.0.0.1:9/x.xml"], "does not answer"),
    ],
)
def test_the_command_says_what_is_missing(pact, options, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("import_status", *options)
