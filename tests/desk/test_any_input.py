"""Whatever is posted to the desk's forms is answered with a page or a sentence, and nothing is half written."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.contrib.auth.models import User

from treaties.models import Official

pytestmark = pytest.mark.django_db
NO_ROW = str(2**63 - 1)
HOSTILE = [
    "\0", "a\0b", "x" * 100_000, "\ud800", "\u202eabc\u202c", "\u200f\u200b", "🏴‍☠️", " ", "0", "-1", NO_ROW, str(2**63),
    str(-(2**70)), "9" * 4000, "1e400", "NaN", "0000-01-01", "0001-01-01", "9999-12-31", "10000-01-01", "31.2.2019",
    "../2019", "../..", "2019/..", "'; DROP TABLE x; --", "<script>alert(1)</script>", "%s%(x)s{0}", "{}", "[]", "null",
    '{"schema": 1}', '{"schema": 1, "kind": "offset", "amount": 1e400}', '{"a": ' * 200, '{"a": ' * 2000, "9" * 5000, "\r\nBcc: a@b.example", "../../x",
]  # fmt: skip
RULE = '{"schema": 1, "kind": "offset", "amount": 12, "unit": "months", "citation": "Pact", "zone": "UTC"}'


@pytest.fixture
def desk(client):
    client.force_login(User.objects.create_superuser("anna"))
    return client


@pytest.fixture
def sound(treaty, party, source, enter):
    """Return, for each form, its address and what it takes."""
    enter()
    official = Official.objects.create(slug="envoy", name="R. Hentzau", office="Envoy", party=party)
    clause = treaty.provisions.get()
    return {
        source: {"slug": "gazette", "publisher": "Gazette", "title": "Notice", "language": "en", "url": "",
                 "published_on": "2019-02-02", "read_on": "", "archived_copy": "", "note": "", "copy_text": "",
                 **_none("archived_copies")},
        party: {"slug": "ruritania", "name": "Ruritania", "kind": "state", "iso_code": "", "aliases": "[]",
                "succeeded_by": ""},
        official: {"slug": "envoy", "name": "R. Hentzau", "office": "Envoy", "party": party.pk, "held_from": "2019-01-01",
                   "held_to": "", "sources": source.pk},
        clause: {"treaty": treaty.pk, "article": "XV", "paragraph": "2", "kind": "withdrawal", "effect_title": "Ends",
                 "trigger_kind": "", "rule": RULE, "quotation": "", "recipients": "", "source": "",
                 "publication": "published", **_none("disputed_readings")},
    }  # fmt: skip


def _none(prefix):
    return {f"{prefix}-{count}": "0" for count in ("TOTAL_FORMS", "INITIAL_FORMS")}


def contents():
    """Return all that the desk could have written, but for who came in."""
    models = [one for app in ("treaties", "events", "alerts") for one in apps.get_app_config(app).get_models()]
    rows = [one for one in models if not one.__name__.endswith("History") and one.__name__ != "RecordMove"]
    return {one.__name__: list(one._base_manager.order_by("pk").values()) for one in rows}


def send(desk, address, fields):
    pairs = [(name, one) for name, many in fields.items() for one in (many if isinstance(many, list) else [many])]
    # Half of a pair of surrogates is no UTF-8, but what is sent need not be.
    body = urlencode([(name, str(one).encode("utf-8", "surrogatepass")) for name, one in pairs])
    return desk.post(address, body, content_type="application/x-www-form-urlencoded")


def address_of(row):
    return f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/change/"


def is_answered(answer):
    """Say whether a page came, or a refusal in words: never a fault of ours."""
    return answer.status_code in {200, 302} or (answer.status_code == 400 and b"U+0000" in answer.content)


KINDS = ["source", "party", "official", "provision"]


def one_of(sound, kind):
    return next((row, fields) for row, fields in sound.items() if row._meta.model_name == kind)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_typed_into_a_field_takes_the_desk_down_or_is_half_written(desk, sound, kind):
    row, fields = one_of(sound, kind)
    before, wrong = contents(), []
    # Each value comes to every field over the years, and each field meets some of them in every run.
    for number, value in enumerate(HOSTILE):
        name = list(fields)[number % len(fields)]
        for forged in ({name: value}, dict.fromkeys(fields, value)):
            answer = send(desk, address_of(row), fields | forged)
            if not is_answered(answer):
                wrong.append(f"{list(forged)[:2]} {value[:40]!r}: {answer.status_code}")
            elif answer.status_code == 200 and "impact" not in answer.context:
                assert answer.context["errors"], f"{name}={value[:40]!r} is refused in silence"
                assert contents() == before, f"{name}={value[:40]!r} is half written"
            elif answer.status_code == 302:
                before = contents()
    assert not wrong


@pytest.mark.parametrize("kind", KINDS)
def test_a_field_that_is_missing_repeated_or_of_another_table_is_answered(desk, sound, kind):
    row, fields = one_of(sound, kind)
    wrong = [
        name
        for name in fields
        for forged in (
            {key: value for key, value in fields.items() if key != name},
            fields | {name: [fields[name], fields[name], "x"]},
        )
        if not is_answered(send(desk, address_of(row), forged))
    ]
    assert not wrong
