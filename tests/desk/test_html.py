"""The pages of the desk that we template ourselves are valid HTML by the Nu Html Checker."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from alerts.models import Subscriber
from events.editorial import proposals
from events.editorial.edits import Decision
from events.editorial.kinds import KINDS
from events.editorial.values import values_of
from tests.checking_html import faults_of
from treatywatch.accounts.roles import EDITOR

# Django's own field that completes what is typed begins with this, and its script needs it.
_OF_DJANGO = '<option value=""></option>'

pytestmark = pytest.mark.django_db
CSV = b"slug,name\nruritania,Great Ruritania\ngraustark,Graustark\n"


@pytest.fixture
def anna(client):
    anna = User.objects.create_superuser("anna")
    anna.groups.set(Group.objects.filter(name=EDITOR))
    client.force_login(anna)
    return client


def form_of(event, treaty, party, source):
    return {
        "kind": event.kind, "actor": party.pk, "date": "3 Feb 2019", "title": "Changed", "treaties": [treaty.pk],
        "sources": [source.pk], "publication": "published", "date_basis": "stated", "slug": event.slug,
    }  # fmt: skip


def test_every_page_of_our_own_is_valid_html(anna, enter, treaty, party, source, follow, tmp_path):
    event = enter()
    follow(treaty=treaty)
    edit = f"/admin/events/event/{event.pk}/change/"
    sent = form_of(event, treaty, party, source)
    values = values_of(KINDS["event"], event) | {"title": "Proposed"}
    author = User.objects.create_user("bert")
    proposal = proposals.propose(
        KINDS["event"], event, values, user=author, at=timezone.now(), decision=Decision(reason="From the gazette.")
    )
    upload = {"table": "parties", "file": SimpleUploadedFile("parties.csv", CSV)}
    imported = anna.post("/admin/events/bulkimport/add/", upload).url
    pasted = anna.post("/admin/events/intake/add/", {
        "text": 40 * "On 2 February 2019 Ruritania announced that it would leave the Pact. ", "publisher": "Herald",
        "title": "News", "published_on": "2019-02-03", "language": "en",
    })  # fmt: skip
    chosen = {"action": "forget", "_selected_action": [Subscriber.objects.get().pk], "index": "0"}
    pages = {
        "first page": anna.get("/admin/"),
        "guide": anna.get("/admin/guide/"),
        "list": anna.get("/admin/events/event/"),
        "form": anna.get(edit),
        "statement": anna.get("/admin/events/statement/add/"),
        "refused form": anna.post("/admin/events/event/add/", {"title": "x"}),
        "impact": anna.post(edit, sent),
        "impact without a note": anna.post(edit, sent | {"_expected": "x", "_weight": ""}),
        "history": anna.get(f"/admin/events/event/{event.pk}/history/"),
        "proposal": anna.get(reverse("admin:events_proposal_change", args=[proposal.pk])),
        "delete": anna.post(f"/admin/events/event/{event.pk}/delete/"),
        "imports": anna.get("/admin/events/bulkimport/"),
        "import": anna.get(imported),
        "intake": anna.get(pasted.url),
        "outbox": anna.get("/admin/alerts/alert/"),
        "try a mail": anna.get("/admin/alerts/alert/try/"),
        "delete a subscriber": anna.post("/admin/alerts/subscriber/", chosen),
        "kept work": anna.post("/admin/events/event/999999/change/", sent, follow=True),
        "second factor": anna.get("/admin/second-factor/"),
    }
    assert [name for name, page in pages.items() if page.status_code != 200] == []
    faults = faults_of({name: page.text.replace(_OF_DJANGO, "") for name, page in pages.items()}, tmp_path)
    assert not faults, "\n".join(sorted(faults))
