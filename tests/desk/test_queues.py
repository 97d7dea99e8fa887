"""The admin's first page tells what waits, leads to exactly those rows, and tells nobody of what they may not open."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alerts.models import Alert
from alerts.services.planning import plan
from events.models import Change, Deadline, Proposal, Recheck
from treaties.models import Source
from treatywatch.queues import queues

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief(db):
    return User.objects.create_superuser("chief")


@pytest.fixture
def waiting(treaty, enter, follow, source, chief):
    """Let something wait in every queue that this can be made of."""
    now = timezone.now()
    follow(treaty=treaty)
    # Yesterday has begun in every zone, today not yet in that of the treaty.
    enter(day=(now - timedelta(days=1)).date().isoformat(), at=now)
    Deadline.objects.update(due_earliest=now.date() + timedelta(days=9), due_latest=now.date() + timedelta(days=9))
    plan(at=now)
    Alert.objects.update(state="failed", reason="refused")
    Source.objects.filter(pk=source.pk).update(address_fault="404")
    Change.objects.create(kind="corrected", weight="major", row_label="No", at=now, mail_held=True, public_note="No.")
    told = {"row_kind": "event", "row_label": "No", "values": {}, "made_at": now, "state_since": now}
    Proposal.objects.create(made_by=chief, **told)
    Proposal.objects.create(made_by=chief, state="returned", comment="Which day?", **told)


def lengths(user):
    return {one.label: one.length for one in queues(user, at=timezone.now())}


def test_each_queue_is_as_long_as_the_list_that_it_leads_to(client, chief, waiting):
    client.force_login(chief)
    found = {one.label: one for one in queues(chief, at=timezone.now())}
    for queue in found.values():
        assert client.get(queue.address).context["cl"].result_count == queue.length, queue
    empty = {label for label, one in found.items() if not one.length}
    assert empty == {
        "Proposals of the intake desk to decide",
        "Mails held: unclear whether they arrived",
        "Mails stuck with a worker",
        "Mails that are late",
    }
    assert all(one.length <= 1 for one in found.values())


def test_what_has_been_checked_no_longer_waits(treaty, waiting, chief):
    assert lengths(chief)["Of these never checked since they last moved"] == 1
    later = timezone.now() + timedelta(minutes=1)
    Recheck.objects.create(deadline=Deadline.objects.get(), checked_by=chief, checked_at=later)
    Recheck.objects.create(treaty=treaty, checked_by=chief, checked_at=later)
    told = lengths(chief)
    assert told["Of these never checked since they last moved"] == 0
    assert told["Treaties not reviewed for half a year"] == 0


def test_a_long_queue_is_not_counted_to_its_end(chief):
    Source.objects.bulk_create(
        Source(slug=f"s-{number}", publisher="P", title=str(number), address_fault="404") for number in range(120)
    )
    dead = next(one for one in queues(chief, at=timezone.now()) if "dead" in one.label)
    assert dead.words == "99+"


def test_a_contributor_is_told_of_own_proposals_and_of_no_mail(client, waiting):
    contributor = User.objects.create_user("contributor", is_staff=True)
    contributor.groups.add(Group.objects.get(name="Contributor"))
    told = lengths(contributor)
    assert told["Waiting for a review, all"] == 0, "another's"
    assert not any("mail" in label.lower() for label in told)
    client.force_login(contributor)
    assert "Mails" not in client.get("/admin/").content.decode()


def test_a_stranger_to_the_record_is_told_nothing():
    assert queues(User.objects.create_user("guest", is_staff=True), at=timezone.now()) == []


def test_who_sees_sources_only_is_told_of_these():
    keeper = User.objects.create_user("keeper", is_staff=True)
    keeper.user_permissions.add(Permission.objects.get(codename="view_source"))
    assert list(lengths(keeper)) == ["Sources whose address is dead"]


def test_the_first_page_costs_the_same_queries_however_much_waits(client, chief, enter, source):
    client.force_login(chief)

    def count():
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/admin/").status_code == 200
        return len(queries)

    count()
    empty = count()
    for day in ("2019-02-02", "2019-02-03", "2019-02-04"):
        enter(day=day)
    Source.objects.update(address_fault="404")
    assert count() == empty


def test_the_guide_is_at_the_desk_and_linked_from_its_first_page(client, chief):
    client.force_login(chief)
    assert 'href="/admin/guide/"' in client.get("/admin/").content.decode()
    page = client.get("/admin/guide/").content.decode()
    assert "<h2>What belongs on the record</h2>" in page
    assert "<img" not in page.split('class="desk-guide"')[1].split("</main>")[0]


def test_only_who_works_at_the_desk_reads_its_guide(client):
    assert client.get("/admin/guide/").status_code == 302
