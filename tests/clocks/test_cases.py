"""163 real cases, both dates from a source, against the engine: by the record's clause, or by the row's own rule."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

CASES = Path(__file__).with_name("cases.csv")
CONTRADICT_THEMSELVES = {"CCWP4-014", "ECTP-006", "LOND-008", "CUSA-005"}


def check(path):
    out = StringIO()
    code = 0
    try:
        call_command("check_clocks", str(path), "--json", stdout=out)
    except SystemExit as ended:
        code = ended.code
    return code, json.loads(out.getvalue())


def test_every_case_matches_but_those_whose_source_contradicts_itself(record):
    code, result = check(CASES)
    assert {row["id"] for row in result["mismatched"]} == CONTRADICT_THEMSELVES
    assert (result["matched"], len(result["not_computable"])) == (150, 9)
    assert code == 1


def test_the_exceptions_are_explained_in_the_docs():
    docs = (CASES.parent.parent.parent / "docs" / "clock-rules.md").read_text()
    assert all(name in docs for name in CONTRADICT_THEMSELVES)


def test_without_the_record_only_the_inclusive_end_differs(db):
    _, result = check(CASES)
    assert {row["id"] for row in result["mismatched"]} == CONTRADICT_THEMSELVES | {"INF-009"}


def test_a_mismatch_shows_its_steps(db, tmp_path):
    path = tmp_path / "cases.csv"
    rows = [row for row in csv.DictReader(CASES.open()) if row["id"] in {"LOND-008", "LOND-001"}]
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    _, result = check(path)
    assert result["matched"] == 1
    assert any("90 days = 18 October 1994" in step for step in result["mismatched"][0]["steps"])


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"trigger_date": "2019-02-31"}, "Row X: “2019-02-31” is not a date"),
        ({"rule_amount": "-3"}, "Row X: A period of -3 months runs backward"),
        ({"rule_amount": "six"}, "Row X: “six” is not a whole number"),
        ({"not_before": "0000-01-01"}, "Row X: “0000-01-01” in “not_before” is not a day"),
    ],
)
def test_what_cannot_be_read_is_named(db, tmp_path, change, sentence):
    row = {
        "id": "X",
        "treaty": "Pact",
        "article": "I",
        "clause_type": "withdrawal",
        "rule_kind": "offset",
        "rule_amount": "6",
        "rule_unit": "month",
        "not_before": "",
        "trigger_date": "2019-02-02",
        "effect_date": "2019-08-02",
    } | change
    path = tmp_path / "cases.csv"
    path.write_text(",".join(row) + "\n" + ",".join(row.values()) + "\n")
    code, result = check(path)
    assert code == 1
    assert sentence in result["not_computable"][0]["reason"]


def test_a_file_without_the_columns_is_named(db, tmp_path):
    path = tmp_path / "cases.csv"
    path.write_text("id,treaty\n1,INF\n")
    with pytest.raises(CommandError, match="has no column “article”"):
        call_command("check_clocks", str(path))


def test_what_cannot_be_computed_is_not_guessed(db, tmp_path):
    header = "id,treaty,article,clause_type,rule_kind,rule_amount,rule_unit,not_before,trigger_date,effect_date\n"
    path = tmp_path / "cases.csv"
    path.write_text(
        header
        + "A,Pact,I,withdrawal,none,,,,2019-02-02,2019-08-02\n"
        + "B,Pact,I,withdrawal,mystery,6,month,,2019-02-02,2019-08-02\n"
        + "C,Pact,I,withdrawal,offset,6,month,,2019-02,2019-08-02\n"
        + "D,Pact,I,withdrawal,offset,6,month,,,2019-08-02\n"
    )
    code, result = check(path)
    assert (code, result["matched"], result["mismatched"]) == (0, 0, [])
    assert [row["id"] for row in result["not_computable"]] == ["A", "B", "C", "D"]
    assert "too coarse" in result["not_computable"][2]["reason"]
