"""A statement is one screen: its source is named beside it, and the offices of its day are offered first."""

from __future__ import annotations

import html
from datetime import date

import pytest
from django.contrib.auth.models import Group, User

from events.models import Proposal, Statement
from treaties.models import Official, Source

pytestmark = pytest.mark.django_db
ADDRESS = "/admin/events/statement/add/"


@pytest.fixture
def typed(treaty, party):
    speaker = Official.objects.create(slug="minister", name="R. Hentzau", office="Foreign Minister", party=party)
    return {
        "quotation": "We kept every word of it.",
        "date": "2 Feb 2019",
        "speaker": speaker.pk,
        "stance": "denies",
        "title": "No breach, says the minister",
        "treaties": [treaty.pk],
        "source_address": "https://gazette.example/no-breach",
        "source_publisher": "The Gazette",
        "source_title": "Minister: no breach",
        "source_published_on": "2019-02-02",
        "publication": "published",
        "date_basis": "stated",
    }


def words(answer):
    return html.unescape(answer.content.decode())


def test_a_new_page_becomes_a_source_with_the_entry_that_names_it(admin_client, typed):
    admin_client.post(ADDRESS, typed)
    source = Statement.objects.get().sources.get()
    assert (source.publisher, source.title, source.url) == (
        "The Gazette",
        "Minister: no breach",
        "https://gazette.example/no-breach",
    )
    assert (source.published_on, source.slug) == (date(2019, 2, 2), "the-gazette-2019-02-02-minister-no-breach")


def test_a_page_on_record_is_used_whatever_the_spelling_of_its_address(admin_client, typed, source):
    Source.objects.filter(pk=source.pk).update(url="http://www.gazette.example/no-breach/")
    admin_client.post(ADDRESS, typed | {"source_publisher": "", "source_title": ""})
    assert list(Statement.objects.get().sources.all()) == [source]
    assert Source.objects.count() == 1


def test_a_new_page_without_publisher_is_refused_and_nothing_is_written(admin_client, typed):
    answer = admin_client.post(ADDRESS, typed | {"source_publisher": ""})
    assert "This page is not on record yet: name its publisher." in words(answer)
    assert not Source.objects.exists()
    assert not Statement.objects.exists()


def test_an_entry_refused_for_something_else_leaves_no_source_behind(admin_client, typed):
    assert "is not a date" in words(admin_client.post(ADDRESS, typed | {"date": "soon"}))
    assert not Source.objects.exists()


@pytest.mark.parametrize("day", ["02/03/2019", "30 February 2019", "2019-13-01"])
def test_a_day_that_could_be_two_or_is_none_is_refused_in_words(admin_client, typed, day):
    answer = admin_client.post(ADDRESS, typed | {"source_published_on": day})
    assert "This is no day: write 2019-02-02 or 2 February 2019." in words(answer)
    assert f'value="{day}"' in words(answer)
    assert not Source.objects.exists()


def test_a_day_is_read_with_its_months_name_and_shown_as_the_forms_ask_for_it(admin_client, typed):
    admin_client.post(ADDRESS, typed | {"source_published_on": "2 February 2019"})
    source = Source.objects.get()
    assert source.published_on == date(2019, 2, 2)
    assert 'value="2019-02-02"' in words(admin_client.get(f"/admin/treaties/source/{source.pk}/change/"))


def notice(typed, party):
    left_out = ("speaker", "stance", "quotation")
    kept = {name: value for name, value in typed.items() if name not in left_out}
    return kept | {"kind": "notice_of_withdrawal", "actor": party.pk, "title": "Notice"}


def test_what_is_only_shown_adds_no_source_and_what_is_confirmed_adds_it_once(admin_client, typed, party):
    form = notice(typed, party)
    shown = admin_client.post("/admin/events/event/add/", form)
    assert "Ruritania withdrawal takes effect" in words(shown)
    assert not Source.objects.exists()
    decided = {"_expected": shown.context["impact"].digest}
    answer = admin_client.post("/admin/events/event/add/", form | decided, follow=True)
    assert "Clock: Ruritania withdrawal takes effect: 2 August 2019" in words(answer)
    assert Source.objects.get().events.count() == 1


def test_a_contributors_proposal_brings_its_source(client, admin_client, typed, party):
    contributor = User.objects.create_user("contributor", is_staff=True)
    contributor.groups.add(Group.objects.get(name="Contributor"))
    client.force_login(contributor)
    client.post(ADDRESS, typed | {"_propose": "1"})
    draft, proposal = Statement.objects.get(), Proposal.objects.get()
    assert draft.publication == "draft"
    assert proposal.values == {"publication": "published"}
    assert draft.sources.get().title == "Minister: no breach"


def test_who_may_add_no_source_is_offered_none_and_adds_none(client, typed):
    guest = User.objects.create_user("guest", is_staff=True)
    guest.user_permissions.set(_permissions("add_statement", "view_statement"))
    client.force_login(guest)
    assert "source_address" not in words(client.get(ADDRESS))
    assert client.post(ADDRESS, typed).status_code == 403
    assert not Source.objects.exists()


def _permissions(*names):
    from django.contrib.auth.models import Permission

    return Permission.objects.filter(codename__in=names)


def test_offices_held_on_the_day_typed_come_first_with_their_dates(admin_client, party):
    for number, (office, begin, end) in enumerate(
        [("Envoy", date(2010, 1, 1), date(2018, 12, 31)), ("Minister", date(2019, 1, 1), None)]
    ):
        Official.objects.create(
            slug=f"h-{number}", name="R. Hentzau", office=office, party=party, held_from=begin, held_to=end
        )
    asked = {"app_label": "events", "model_name": "statement", "field_name": "speaker", "term": "hentzau"}

    def offered(day):
        found = admin_client.get("/admin/autocomplete/", asked | {"on": day}).json()["results"]
        return [one["text"] for one in found]

    envoy = "R. Hentzau, Envoy (1 January 2010 to 31 December 2018)"
    minister = "R. Hentzau, Minister (from 1 January 2019)"
    assert offered("2 Feb 2019") == [minister, envoy]
    assert offered("late 2017") == [envoy, minister]
    assert len(offered("not yet a d")) == 2
