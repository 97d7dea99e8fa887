"""What every test may rely on: in continuous integration nothing is skipped quietly."""

from __future__ import annotations

import io
import os
from datetime import UTC, date, datetime, timedelta

import pytest
from django.apps import apps
from django.core.signals import request_finished
from django.db import close_old_connections, connection
from django.utils import timezone, translation
from hypothesis import HealthCheck, settings

from alerts.models import Subscriber, Subscription
from events import services
from events.models import Event
from events.record import load_record
from treaties.as_known import tracked_models
from treaties.models import Party, Provision, Source, Treaty

# The same change is answered alike on each machine, however slow: `--hypothesis-profile explore` looks further.
settings.register_profile(
    "gate",
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.register_profile("explore", settings.get_profile("gate"), derandomize=False, max_examples=2000)
settings.load_profile("gate")
skipped: list[str] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped:
        skipped.append(report.nodeid)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if skipped and os.environ.get("CI") and exitstatus == pytest.ExitCode.OK:
        print(f"\nContinuous integration may not skip: {', '.join(skipped)}")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def leave(answer):
    """Go away before the end, on which the server closes the answer; the connection is the test's own."""
    request_finished.disconnect(close_old_connections)
    answer.close()
    request_finished.connect(close_old_connections)


@pytest.fixture(autouse=True)
def plain_static_files(settings):
    """Pages name their files as they are: nothing has been collected for a test run."""
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture(autouse=True)
def patient_database(settings):
    """Of what a test writes in its one transaction there are no statistics, so that its questions may be planned badly."""
    settings.PUBLIC_STATEMENT_SECONDS = 0


@pytest.fixture(autouse=True)
def own_language():
    """A page asked for in French leaves its language with the thread; no other test may read in it."""
    yield
    translation.deactivate()


@pytest.fixture
def record(db, settings):
    """Load the shipped record: really once in a run, after that by copying the same rows back in."""
    if _RECORD:
        _restore()
    else:
        load_record(settings.BASE_DIR / "fixtures", at=datetime(2026, 1, 1, 12, tzinfo=UTC))
        _keep()


_RECORD: dict[str, str] = {}


def _keep():
    with connection.cursor() as cursor:
        for model in [model for app in ("treaties", "events") for model in apps.get_app_config(app).get_models(True)]:
            if model.__name__.endswith("History"):
                continue
            rows = io.StringIO()
            cursor.cursor.copy_expert(f'COPY "{model._meta.db_table}" TO STDOUT', rows)
            _RECORD[model._meta.db_table] = rows.getvalue()
        _analyze(cursor)


def _restore():
    with connection.cursor() as cursor:
        # Triggers and references have been through all this once.
        cursor.execute("SET session_replication_role = replica")
        for table, rows in _RECORD.items():
            cursor.cursor.copy_expert(f'COPY "{table}" FROM STDIN', io.StringIO(rows))
        for table in _RECORD:
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence(%s, 'id'), (SELECT COALESCE(MAX(id), 1) FROM \"{table}\")) "
                "WHERE EXISTS (SELECT FROM information_schema.columns WHERE table_name = %s AND column_name = 'id')"
                if table != "events_statement"
                else "SELECT %s, %s",
                [table, table],
            )
        cursor.execute("SET session_replication_role = origin")
        _analyze(cursor)


def _analyze(cursor):
    """Without statistics the planner takes thousands of rows for a handful, and a page takes longer than it may."""
    for table in _RECORD:
        cursor.execute(f'ANALYZE "{table}"')


CONFIRMED = datetime(2019, 1, 1, tzinfo=UTC)
FEBRUARY_2019 = datetime(2019, 2, 5, 12, tzinfo=UTC)


@pytest.fixture
def source():
    return Source.objects.create(slug="gazette", publisher="Gazette", title="Notice received")


@pytest.fixture
def treaty():
    treaty = Treaty.objects.create(
        slug="pact",
        short_name="Pact",
        official_name="The Pact",
        laterality="bilateral",
        signed_on=date(1987, 12, 8),
        publication="published",
    )
    Provision.objects.create(
        treaty=treaty,
        article="XV",
        paragraph="2",
        kind="withdrawal",
        effect_title="{party} withdrawal takes effect",
        trigger_kind="notice_of_withdrawal",
        rule={
            "schema": 1,
            "kind": "offset",
            "amount": 6,
            "unit": "months",
            "zone": "America/New_York",
            "citation": "Pact, Article XV(2)",
        },
    )
    return treaty


@pytest.fixture
def party():
    return Party.objects.create(slug="ruritania", name="Ruritania")


@pytest.fixture
def enter(treaty, party, source):
    def _enter(kind="notice_of_withdrawal", day="2019-02-02", at=FEBRUARY_2019, **values):
        values = {"slug": f"{kind}-{day}", "publication": "published", "title": kind, "actor": party} | values
        event = Event(kind=kind, date=day, **values)
        services.save_event(event, at=at)
        event.treaties.set([treaty])
        event.sources.set([source])
        services.after_event_change(event, at=at)
        return event

    return _enter


@pytest.fixture
def written_at(db):
    """Return a function that dates all that was written since its last call: a test's one transaction has one time."""
    started = timezone.now()

    def _written_at(instant):
        for _, history in tracked_models():
            history.objects.filter(pgh_created_at__gte=started - timedelta(minutes=5)).update(pgh_created_at=instant)

    return _written_at


@pytest.fixture
def follow():
    """Return a function that makes a confirmed follower of a treaty, a party, a deadline, or of everything."""

    def _follow(address="anna@example.org", confirmed_at=CONFIRMED, time_zone="UTC", **wish):
        subscriber, _ = Subscriber.objects.get_or_create(
            email=address,
            defaults={
                "state": "active",
                "created_at": confirmed_at,
                "confirmed_at": confirmed_at,
                "time_zone": time_zone,
            },
        )
        named = {"treaty", "party", "deadline"} & set(wish)
        Subscription.objects.create(
            subscriber=subscriber,
            everything=not named,
            state="active",
            created_at=confirmed_at,
            confirmed_at=confirmed_at,
            **wish,
        )
        return subscriber

    return _follow
