"""An invented record as wide as it may become: many treaties, each with parties, clauses, clocks, claims and a past.

`_record` has few treaties with much said under each; here most have four statements, and one, `wide-long`, thousands.
Made inside the database by the numbers of its rows, so that every run has the same record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection, transaction

from events.migrations._claims import FILL
from events.models import Change, Deadline, Event, Statement
from treaties.as_known import tracked_models
from treaties.models import Official, Participation, ParticipationAct, Party, Provision, Source, Treaty
from treatywatch.bench._record import empty, execute, insert, no_history, no_text_indexes, word
from treatywatch.bench.search import index
from treatywatch.launcher.places import say

if TYPE_CHECKING:
    from django.db.models import Model

PARTIES = 205
# Five that everybody names and that the matrix begins with; a fifth of all statements are of the first.
_FIRST = ("russia", "united-states", "china", "france", "united-kingdom")
_OFFICIALS, _SOURCES = 5 * PARTIES, 1_000
STATEMENTS_OF_A_TREATY = 4
LONG = "wide-long"
# One treaty in so many has a clock, or an event that is no statement, or a change that was told.
_ONE_CLOCK_IN, _ONE_ACT_IN, _ONE_CHANGE_IN = 5, 4, 10
_PARTIES_OF_A_TREATY = 2
_STANCES = ("accuses", "denies", "supports", "opposes", "appeals", "warns", "pledges", "remarks")
_KINDS = ("accusation", "denial", "statement", "appeal", "meeting", "report")
_ACTS = ("suspension", "meeting", "talks", "report")
_VERBS = ("announces", "rejects", "welcomes", "questions", "proposes", "denies")
_OBJECTS = ("an inspection", "a data exchange", "a special session", "the range limits", "the moratorium")
_OBLIGATIONS = ("Article I: the ban", "Article II", "Article IV: inspections", "")
_LATERALITIES = ("bilateral", "plurilateral", "regional", "multilateral")
_PARTY = f"CASE WHEN {{n}} % 5 = 0 THEN 1 ELSE 1 + ({{n}} * 7919::bigint) % {PARTIES} END"
_RULE = '{"schema": 1, "kind": "offset", "amount": 6, "unit": "months", "citation": "Wide Treaty, Article I"}'


def fill(treaties: int, *, long: int) -> None:
    """Replace whatever is on record by so many published treaties, and one more with `long` events."""
    empty()
    execute(f"TRUNCATE {Change._meta.db_table} CASCADE")
    with transaction.atomic(), no_history(), no_text_indexes():
        say("… treaties and what was said")
        _reference_data(treaties)
        _statements(treaties, long)
        say("… acts, parties, clocks, changes")
        _acts(treaties)
        _participations(treaties)
        _clocks(treaties)
        _changes(treaties)
        say("… claims")
        # Else the claims are put together by what the database knows of the tables when they were empty.
        execute("ANALYZE")
        execute(FILL)
        say("… the past of every row")
        _past()
        _go_on_counting()
        say("… indexes of texts")
    execute("VACUUM ANALYZE")
    say("… the index of the search")
    index()


def _numbers(first: int, last: int) -> str:
    return f"generate_series({first}, {last}) n"


def _reference_data(treaties: int) -> None:
    named = ", ".join(f"'{one}'" for one in _FIRST)
    slug = f"COALESCE((ARRAY[{named}])[n], 'party-' || n)"
    kind = "CASE WHEN n % 10 = 9 THEN 'organisation' ELSE 'state' END"
    insert(Party, {"id": "n", "slug": slug, "name": f"initcap({slug})", "kind": kind}, _numbers(1, PARTIES))
    party = f"1 + (n - 1) % {PARTIES}"
    person = {"id": "n", "slug": "'envoy-' || n", "name": "'Envoy ' || n", "office": "'Office ' || n"}
    insert(Official, person | {"party_id": party}, _numbers(1, _OFFICIALS))
    source = {"id": "n", "slug": "'gazette-' || n", "publisher": "'Gazette ' || n % 50", "title": "'Records ' || n"}
    insert(Source, source, _numbers(1, _SOURCES))
    day = "DATE '1960-01-01' + n % 20000"
    treaty = {
        "id": "n",
        "slug": f"CASE WHEN n > {treaties} THEN '{LONG}' ELSE 'wide-' || n END",
        "short_name": "'Wide Treaty ' || n",
        "official_name": "'Treaty number ' || n || ' on the limitation of invented arms'",
        "laterality": word(_LATERALITIES, "n"),
        "publication": "'published'",
        "signed_on": f"CASE WHEN n % 4 > 0 THEN {day} END",
        "entered_into_force_on": f"CASE WHEN n % 4 > 1 THEN {day} + 100 END",
        "ended_on": f"CASE WHEN n % 16 = 15 THEN {day} + 4000 END",
        "verified": "n % 9 > 0",
    }
    insert(Treaty, treaty, _numbers(1, treaties + 1))


def _statements(treaties: int, long: int) -> None:
    said = STATEMENTS_OF_A_TREATY * treaties
    _events("said", 1, said + long, kind=word(_KINDS, "n"))
    statement = {
        "event_ptr_id": "id",
        "speaker_id": f"CASE WHEN id % 7 > 0 THEN 1 + (actor_id - 1) + {PARTIES} * (id % 5) END",
        "body": "CASE WHEN id % 7 = 0 THEN 'Ministry' ELSE '' END",
        "stance": word(_STANCES, "id"),
        "quotation": "summary",
        "obligation": f"CASE WHEN id % 8 < 2 THEN {word(_OBLIGATIONS, 'id / 8')} ELSE '' END",
        # The denial that comes after an accusation answers it, every other time.
        "responds_to_id": "CASE WHEN id % 16 = 1 AND id > 1 THEN id - 1 END",
    }
    insert(Statement, statement, "events_event")
    under = f"CASE WHEN id > {said} THEN {treaties + 1} ELSE 1 + (id - 1) / {STATEMENTS_OF_A_TREATY} END"
    _link(Event.treaties.through, "event_id", "treaty_id", under)
    target = f"1 + (event_ptr_id * 31) % {PARTIES}"
    accusing = "events_statement WHERE stance = 'accuses'"
    _link(Statement.targets.through, "statement_id", "party_id", target, accusing, "event_ptr_id")


def _events(name: str, first: int, last: int, *, kind: str) -> None:
    day = "DATE '1960-01-01' + ((n * 7919::bigint) % 24000)::int"
    title = f"'The envoy ' || {word(_VERBS, 'n / 3')} || ' ' || {word(_OBJECTS, 'n / 7')}"
    # One date in ten is known by its year only.
    year, coarse = f"to_char({day}, 'YYYY')", "n % 10 = 3"
    event = {
        "id": "n",
        "slug": f"'{name}-' || n",
        "kind": kind,
        "date": f"CASE WHEN {coarse} THEN {year} ELSE ({day})::text END",
        "earliest": f"CASE WHEN {coarse} THEN date_trunc('year', {day})::date ELSE {day} END",
        "latest": f"CASE WHEN {coarse} THEN ({year} || '-12-31')::date ELSE {day} END",
        "actor_id": _PARTY.format(n="n"),
        "title": title,
        "summary": f"{title} || format(', as recorded under reference ref%s.', n)",
        "publication": "'published'",
        "published_at": "CURRENT_TIMESTAMP",
        "changed_at": "CURRENT_TIMESTAMP - n * INTERVAL '10 seconds'",
        "verified": "n % 11 > 0",
    }
    insert(Event, event, _numbers(first, last))
    ours = f"events_event WHERE id BETWEEN {first} AND {last}"
    _link(Event.sources.through, "event_id", "source_id", f"1 + id % {_SOURCES}", ours)
    concerned = f"{ours} AND id % 6 = 0"
    _link(Event.parties.through, "event_id", "party_id", f"1 + (id * 13) % {PARTIES}", concerned)


def _link(
    through: type[Model], owner: str, other: str, value: str, rows: str = "events_event", key: str = "id"
) -> None:
    execute(f"INSERT INTO {through._meta.db_table} ({owner}, {other}) SELECT {key}, {value} FROM {rows}")


def _last_event() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT MAX(id) FROM events_event")
        return int(cursor.fetchone()[0])


def _acts(treaties: int) -> None:
    """Add what is no statement: meetings, suspensions, and the notices that start the clocks."""
    first = _last_event() + 1
    last = first + treaties // _ONE_ACT_IN - 1
    _events("act", first, last, kind=word(_ACTS, "n"))
    under = f"1 + (id - {first}) * {_ONE_ACT_IN}"
    _link(Event.treaties.through, "event_id", "treaty_id", under, f"events_event WHERE id >= {first}")


def _participations(treaties: int) -> None:
    party = f"1 + ((n / {_PARTIES_OF_A_TREATY}) * 17 + n % {_PARTIES_OF_A_TREATY} * 101) % {PARTIES}"
    columns = {"id": "n + 1", "treaty_id": f"1 + n / {_PARTIES_OF_A_TREATY}", "party_id": party}
    few = _PARTIES_OF_A_TREATY * treaties
    insert(Participation, columns, _numbers(0, few - 1))
    everybody = {"id": f"{few} + n", "treaty_id": str(treaties + 1), "party_id": "n"}
    insert(Participation, everybody, _numbers(1, PARTIES))
    act = {
        "participation_id": "p.id",
        "kind": "a.kind",
        "date": "DATE '1960-01-01' + (p.id % 20000)::int + a.after",
        "source_id": f"1 + p.id % {_SOURCES}",
        "verified": "p.id % 5 > 0",
    }
    kinds = "(VALUES ('signature', 0), ('ratification', 60), ('entry_into_force', 100)) a (kind, after)"
    insert(ParticipationAct, act, f"treaties_participation p CROSS JOIN {kinds}")


def _clocks(treaties: int) -> None:
    clause = {
        "id": "id",
        "treaty_id": "id",
        "article": "'I'",
        "kind": "'withdrawal'",
        "effect_title": "'{party} withdrawal takes effect'",
        "trigger_kind": "'notice_of_withdrawal'",
        "rule": f"'{_RULE}'::jsonb",
    }
    insert(Provision, clause, "treaties_treaty")
    first = _last_event() + 1
    clocks = treaties // _ONE_CLOCK_IN
    _events("notice", first, first + clocks - 1, kind="'notice_of_withdrawal'")
    under = f"1 + (id - {first}) * {_ONE_CLOCK_IN}"
    _link(Event.treaties.through, "event_id", "treaty_id", under, f"events_event WHERE id >= {first}")
    # A tenth run; of the rest most have taken effect.
    due = "CASE WHEN n % 10 = 0 THEN CURRENT_DATE + n % 1500 ELSE CURRENT_DATE - 1 - n % 15000 END"
    clock = {
        "id": "n + 1",
        "provision_id": f"1 + n * {_ONE_CLOCK_IN}",
        "trigger_id": f"{first} + n",
        "party_id": _PARTY.format(n="n"),
        "slug": "'clock-' || n",
        "title": "'Withdrawal takes effect'",
        "started_on": f"{due} - 180",
        "due_earliest": due,
        "due_latest": due,
        "state": "CASE WHEN n % 10 = 0 THEN 'running' WHEN n % 10 = 1 THEN 'revoked' ELSE 'took_effect' END",
        "state_since": f"CASE WHEN n % 10 = 0 THEN {due} - 180 ELSE {due} END",
        "citation": "'Wide Treaty, Article I'",
        "changed_at": "CURRENT_TIMESTAMP - n * INTERVAL '10 seconds'",
        "opened_at": "CURRENT_TIMESTAMP - n * INTERVAL '10 seconds'",
    }
    insert(Deadline, clock, _numbers(0, clocks - 1))


def _changes(treaties: int) -> None:
    change = {
        "id": "n",
        "at": "CURRENT_TIMESTAMP - n * INTERVAL '1 hour'",
        "kind": word(("corrected", "published", "withdrawn"), "n"),
        "weight": "'major'",
        "public_note": "'Misread, as volume ' || n || ' says.'",
        "row_kind": "'event'",
        "row_label": "'Event said-' || n",
        "row_address": "'/events/said-' || n || '/'",
    }
    insert(Change, change, _numbers(1, treaties // _ONE_CHANGE_IN))
    _link(Change.treaties.through, "change_id", "treaty_id", f"id * {_ONE_CHANGE_IN}", "events_change")


def _past() -> None:
    """Give every row a first version two years ago, and every tenth a second one."""
    for model, history in tracked_models():
        table, kept = model._meta.db_table, history._meta.db_table
        columns = [one.column for one in history._meta.local_concrete_fields if not one.name.startswith("pgh_")]
        names, key = ", ".join(f'"{one}"' for one in columns), model._meta.pk.column if model._meta.pk else ""
        execute(f"TRUNCATE {kept}")
        for ago, label, some in (("2 years", "insert", "TRUE"), ("1 year", "update", f"{key} % 10 = 0")):
            execute(
                f"INSERT INTO {kept} (pgh_created_at, pgh_label, pgh_obj_id, {names}) "
                f"SELECT CURRENT_TIMESTAMP - INTERVAL '{ago}', '{label}', {key}, {names} FROM {table} "
                f"WHERE {some}"
            )


def _go_on_counting() -> None:
    for model in (Party, Official, Source, Treaty, Event, Participation, Provision, Deadline, Change):
        table = model._meta.db_table
        execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT MAX(id) FROM {table}))")
