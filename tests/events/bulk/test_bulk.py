"""Files of rows: what goes out comes back unchanged, and what comes in is shown first, whole or not at all."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime

import pytest
import tablib

from events.bulk.files import FileError, read_file, write_csv, write_file
from events.bulk.imports import ImportFault, carry_out, drop, show, undo, undoing, upload
from events.bulk.planning import plan_rows
from events.bulk.tables import TABLES
from events.editorial.edits import Decision, MovedMeanwhileError, NotAllowedError, rehearse
from events.editorial.writing import EditError
from events.models import BulkImport, Change, Deadline, Event
from treaties.models import Participation, ParticipationAct, Party, Source

pytestmark = pytest.mark.django_db
AT = datetime(2019, 2, 10, 12, tzinfo=UTC)
NOTE = Decision("major", "The gazette was misread.")


@pytest.fixture
def editor(django_user_model):
    return django_user_model.objects.create_superuser("editor")


@pytest.fixture
def contributor(django_user_model):
    return django_user_model.objects.create_user("contributor", is_staff=True)


def csv_of(*rows):
    return tablib.Dataset(*[list(row.values()) for row in rows], headers=list(rows[0])).export("csv").encode()


def imported(table, content, user, decision=NOTE):
    one = upload(table, "rows.csv", content, user=user, at=AT)
    shown = show(one, user=user, at=AT, decision=decision)
    assert shown.impact, (shown.fault, [row.faults for row in shown.plan.faults])
    carry_out(one, user=user, at=AT, decision=decision, expected=shown.impact.digest)
    return one


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json", "yaml"])
def test_the_whole_record_goes_out_and_comes_back_unchanged(record, kind):
    for name, table in TABLES.items():
        rows = list(table.all_cells(table.rows()[:40]))
        assert rows, name
        plan = plan_rows(table, read_file(table, f"rows.{kind}", write_file(table, kind, rows)))
        assert [row.faults for row in plan.faults] == [], name
        assert plan.counts == {"added": 0, "changed": 0, "unchanged": len(rows)}, name


def test_a_large_table_is_written_line_by_line(record):
    table = TABLES["acts"]
    lines = write_csv(table, table.all_cells(table.rows()))
    assert next(lines).startswith("participation treaty,participation party,kind,date")
    assert sum(1 for _ in lines) == table.rows().count()


def test_rows_are_added_and_changed_and_the_rest_stays(editor, party):
    content = csv_of(
        {"slug": "ruritania", "name": "Ruritania", "aliases": "Strelsau"}, {"slug": "new", "name": "New", "aliases": ""}
    )
    one = imported("parties", content, editor)
    assert one.counts == {"added": 1, "changed": 1, "unchanged": 0}
    party.refresh_from_db()
    assert (party.aliases, party.kind) == (["Strelsau"], "state")
    assert Party.objects.get(slug="new").name == "New"


def test_an_imported_notice_starts_its_clock_once_the_editor_has_seen_it(editor, treaty, party, source):
    row = {
        "slug": "notice", "kind": "notice_of_withdrawal", "date": "2 Feb 2019", "title": "Notice", "actor": "ruritania",
        "treaties": "pact", "sources": "gazette", "publication": "published",
    }  # fmt: skip
    one = upload("events", "rows.csv", csv_of(row), user=editor, at=AT)
    shown = show(one, user=editor, at=AT)
    assert [move.after.words for move in shown.impact.moves] == ["2 August 2019, America/New_York: Running"]
    assert not Deadline.objects.exists()
    carry_out(one, user=editor, at=AT, decision=NOTE, expected=shown.impact.digest)
    assert Deadline.objects.get().due_earliest == date(2019, 8, 2)
    assert Change.objects.get().kind == "published"


def test_acts_are_imported_into_the_participations_that_they_belong_to(editor, treaty, party, source):
    Participation.objects.create(treaty=treaty, party=party)
    row = {
        "participation treaty": "pact", "participation party": "ruritania", "kind": "signature", "date": "1987-12-08",
        "source": "gazette",
    }  # fmt: skip
    imported("acts", csv_of(row), editor)
    act = ParticipationAct.objects.get()
    assert (act.kind, act.date, act.source.slug) == ("signature", date(1987, 12, 8), "gazette")
    again = upload("acts", "rows.csv", csv_of(row), user=editor, at=AT)
    assert again.counts == {"added": 0, "changed": 0, "unchanged": 1}


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ({"slug": "a", "kind": "party", "date": "2019", "title": "T"}, "kind: Value 'party' is not a valid choice."),
        ({"slug": "a", "kind": "talks", "date": "soon", "title": "T"}, "date: “soon” is not a date"),
        ({"slug": "a", "kind": "talks", "date": "2019", "title": ""}, "title: This field cannot be blank."),
        ({"slug": "a", "kind": "talks", "date": "2019", "title": "T", "actor": "x"}, "actor: there is no party “x”"),
        ({"slug": "a", "kind": "talks", "date": "2019", "title": "T", "verified": "often"}, "neither yes nor no"),
        ({"slug": "", "kind": "talks", "date": "2019", "title": "T"}, "slug: is empty"),
    ],
)
def test_a_fault_names_its_line_and_column_and_stops_the_whole(editor, row, fault):
    good = {"slug": "good", "kind": "talks", "date": "2019", "title": "Good"}
    one = upload(
        "events",
        "rows.csv",
        csv_of(good | dict.fromkeys(row, "") | good, {**dict.fromkeys(row, ""), **row}),
        user=editor,
        at=AT,
    )
    shown = show(one, user=editor, at=AT)
    (bad,) = shown.plan.faults
    assert bad.number == 3
    assert any(fault in sentence for sentence in bad.faults), bad.faults
    with pytest.raises(ImportFault):
        carry_out(one, user=editor, at=AT, decision=NOTE, expected="")
    assert not Event.objects.exists()
    assert BulkImport.objects.get().state == "shown"


def test_a_row_that_stands_twice_is_a_fault(editor):
    one = upload(
        "parties", "rows.csv", csv_of({"slug": "a", "name": "A"}, {"slug": "a", "name": "B"}), user=editor, at=AT
    )
    assert show(one, user=editor, at=AT).plan.faults[0].faults == ["stands twice in the file"]


def test_what_the_record_refuses_writes_nothing(editor, treaty, party):
    row = {
        "slug": "notice", "kind": "notice_of_withdrawal", "date": "2019-02-02", "title": "Notice", "actor": "ruritania",
        "treaties": "pact", "publication": "published",
    }  # fmt: skip
    shown = show(upload("events", "rows.csv", csv_of(row), user=editor, at=AT), user=editor, at=AT)
    assert "Nothing is published without a source" in shown.fault
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("rows.ods", b"", "none of csv"),
        ("rows.csv", "slug,näme\n".encode("latin-1"), "UTF-8"),
        ("rows.csv", b"slug,name\n", "no rows"),
        ("rows.csv", b"slug,nickname\na,b\n", "There is no column “nickname”"),
        ("rows.csv", b"name\na\n", "The column “slug” is missing"),
        ("rows.csv", b"slug,name\na,Sea, the\n", "more cells than there are columns"),
        ("rows.csv", b"slug,name\na,b\0\n", r"U\+0000"),
        ("rows.json", b'[{"slug": "a", "name": "b\\u0000"}]', r"U\+0000"),
        ("rows.json", b"{", "cannot be read as JSON"),
        ("rows.yaml", b"- [", "cannot be read as YAML"),
        ("rows.xlsx", b"PK", "cannot be read as XLSX"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_why(db, name, content, sentence):
    with pytest.raises(FileError, match=sentence):
        read_file(TABLES["parties"], name, content)


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_csv_is_read_whatever_its_spreadsheet_puts_between_cells(mark):
    content = f'\ufeffslug{mark}name\r\na{mark}"Sea, the; ""old""\tone"\r\n'.encode()
    assert read_file(TABLES["parties"], "rows.csv", content) == [{"slug": "a", "name": 'Sea, the; "old"\tone'}]


def test_no_spreadsheet_runs_what_is_in_a_cell(party):
    party.name = "=HYPERLINK(1)"
    party.save()
    table = TABLES["parties"]
    rows = list(table.all_cells(table.rows()))
    assert "'=HYPERLINK(1)" in "".join(write_csv(table, rows))
    book = tablib.Dataset().load(io.BytesIO(write_file(table, "xlsx", rows)).read(), format="xlsx")
    assert book["name"] == ["'=HYPERLINK(1)"]
    assert (
        plan_rows(table, read_file(table, "r.csv", "".join(write_csv(table, rows)).encode())).counts["unchanged"] == 1
    )


def test_a_contributor_imports_drafts_and_never_what_readers_see(contributor, treaty, party, source):
    row = {
        "slug": "talks", "kind": "talks", "date": "2019-02-02", "title": "Talks", "actor": "ruritania", "treaties": "pact",
        "sources": "gazette", "publication": "draft",
    }  # fmt: skip
    imported("events", csv_of(row), contributor, Decision())
    assert Event.objects.get().publication == "draft"
    one = upload("events", "rows.csv", csv_of(row | {"publication": "published"}), user=contributor, at=AT)
    shown = show(one, user=contributor, at=AT)
    with pytest.raises(NotAllowedError):
        carry_out(one, user=contributor, at=AT, decision=NOTE, expected=shown.impact.digest)
    assert Event.objects.get().publication == "draft"


def test_what_was_shown_and_what_would_happen_now_must_agree(editor, party):
    one = upload(
        "parties", "rows.csv", csv_of({"slug": "ruritania", "name": "Ruritania", "iso_code": "RU"}), user=editor, at=AT
    )
    expected = show(one, user=editor, at=AT).impact.digest
    Party.objects.filter(pk=party.pk).update(iso_code="XR")
    with pytest.raises(MovedMeanwhileError):
        carry_out(one, user=editor, at=AT, decision=NOTE, expected=expected)
    party.refresh_from_db()
    assert party.iso_code == "XR"


def test_an_import_is_taken_back_whole(editor, treaty, party, source):
    before = {"name": party.name, "count": Party.objects.count()}
    one = imported("parties", csv_of({"slug": "ruritania", "name": "Kingdom"}, {"slug": "new", "name": "New"}), editor)
    edit = undoing(one)
    expected = rehearse(edit, user=editor, at=AT).digest
    undo(one, user=editor, at=AT, decision=NOTE, expected=expected)
    party.refresh_from_db()
    assert {"name": party.name, "count": Party.objects.count()} == before
    assert one.state == "undone"
    with pytest.raises(ImportFault, match="Only an import"):
        undoing(one)


def test_what_was_changed_since_is_not_lost_by_undoing(editor, party):
    one = imported("parties", csv_of({"slug": "ruritania", "name": "Kingdom"}), editor)
    Party.objects.filter(pk=party.pk).update(iso_code="XR")
    with pytest.raises(ImportFault, match="Changed since the import"):
        undoing(one)


def test_what_somebody_follows_by_now_is_not_taken_away_by_undoing(editor, party, follow):
    one = imported("parties", csv_of({"slug": "new", "name": "New"}), editor)
    follow(party=Party.objects.get(slug="new"))
    with pytest.raises(EditError, match="while something rests on it: 1 subscription"):
        rehearse(undoing(one), user=editor, at=AT)
    assert Party.objects.filter(slug="new").exists()


def test_an_import_is_decided_once(editor, party):
    one = upload("parties", "rows.csv", csv_of({"slug": "ruritania", "name": "Kingdom"}), user=editor, at=AT)
    drop(one, at=AT)
    with pytest.raises(ImportFault, match="decided"):
        carry_out(one, user=editor, at=AT, decision=NOTE, expected="")


def test_lists_of_a_program_are_read_as_lists(editor, party):
    content = json.dumps([{"slug": "ruritania", "aliases": ["Strelsau", "Zenda"]}]).encode()
    one = upload("parties", "rows.json", content, user=editor, at=AT)
    shown = show(one, user=editor, at=AT, decision=NOTE)
    carry_out(one, user=editor, at=AT, decision=NOTE, expected=shown.impact.digest)
    party.refresh_from_db()
    assert party.aliases == ["Strelsau", "Zenda"]
    assert not Source.objects.exists()
