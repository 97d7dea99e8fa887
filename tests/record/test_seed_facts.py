"""The facts of the article with which the record began: all there, as precise as it was, each on its page, sourced.

The table below was written from the list of facts, not from the fixtures.
"""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pghistory
import pytest
import yaml
from django.core.management import call_command

from events.models import Deadline, Event, Statement
from events.record import RecordError, Take, load_record, record_files
from treaties.models import Party, Source, Treaty

pytestmark = pytest.mark.django_db

FIXTURES = Path(__file__).resolve().parent.parent.parent / "fixtures"

# Number: (date in words, treaty, who, a few words of what is shown).
FACTS = {
    "S01": ("2 February 2019", "inf", "Vladimir Putin", "so we will suspend as well"),
    "S02": ("2 February 2019", "inf", "Lavrov and Shoigu", "We will do as follows"),
    "S03": ("2 February 2019", "inf", "Vladimir Putin", "We will come up with a tit-for-tat response."),
    "S04": ("2 February 2019", "inf", "United States", "notice"),
    "S05": ("2 February 2019", "inf", "United States", "suspend"),
    "S06": ("1 February 2019", "inf", "United States", "announce"),
    "S07": ("2 February 2019", "inf", "Vladimir Putin", "talks"),
    "S08": ("2 February 2019", "inf", "Russia", "proposals"),
    "S09": ("2 February 2019", "inf", "Vladimir Putin", "certain pretexts to dismantle the global security system"),
    "S10": ("2 February 2019", "inf", "Vladimir Putin", "supersonic"),
    "S11": ("2 February 2019", "inf", "Vladimir Putin", "arms race"),
    "S12": ("2 February 2019", "inf", "Vladimir Putin", "unless"),
    "S13": ("2 February 2019", "new-start", "Sergei Lavrov", "New START"),
    "S14": ("2021", "new-start", "New START", "expire"),
    "S15": ("2 February 2019", "npt", "Sergei Lavrov", "That is an outright violation"),
    "S16": ("2 February 2019", "ctbt", "Sergei Lavrov", "lost any interest"),
    "S17": ("2 February 2019", "inf", "State Department", "Russia"),
    "S18": ("2 February 2019", "inf", "State Department", "continued noncompliance have jeopardized"),
    "S19": ("2 February 2019", "inf", "Konstantin Kosachyov", "taken another step toward"),
    "S20": ("2 February 2019", "inf", "Maria Zakharova", "to get out of its international legal obligations"),
    "S21": ("1 February 2019", "inf", "Mike Pompeo", "effective February 2"),
    "S22": ("1 February 2019", "inf", "Mike Pompeo", "material breach of obligations"),
    "S23": ("1 February 2019", "inf", "Mike Pompeo", "effective in six months, pursuant to Article 15"),
    "S24": ("1 February 2019", "inf", "Mike Pompeo", "United States"),
    "S25": ("1 February 2019", "inf", "Mike Pompeo", "negotiations"),
    "S26": ("1 February 2019", "inf", "Donald Trump", "unilaterally bound by this treaty, or any other"),
    "S27": ("8 December 1987", "inf", "Soviet Union", "signed"),
    "S28": ("1987", "inf", "INF", "500 to 5,500 km"),
    "S29": ("1987", "inf", "INF", "entire class of missiles"),
    "S30": ("2 February 2019", "inf", "Russia", "proof"),
    "S31": ("2 February 2019", "inf", "Sergei Lavrov", "drones"),
    "S32": ("2 February 2019", "inf", "Vladimir Putin", "missile-defence"),
    "S33": ("by 2 February 2019", "inf", "US officials", "China"),
    "S34": ("2 February 2019", "inf", "Chinese government", "preserve the treaty"),
    "S35": ("2 February 2019", "inf", "Chinese Foreign Ministry", "through efficient dialogues"),
    "S36": ("1 February 2019", "inf", "NATO", "fully support"),
    "S37": ("1 February 2019", "inf", "Jens Stoltenberg", "it will take six months before that process is completed"),
    "S38": ("1 February 2019", "inf", "Jens Stoltenberg", "come back into compliance and fully respect"),
    "S39": ("1 February 2019", "inf", "Antonio Guterres", "six months"),
    "S40": ("1 February 2019", "inf", "Stephane Dujarric", "very important part of arms-control architecture"),
    "S41": ("31 January 2019", "inf", "Andrea Thompson", "Beijing"),
    "S42": ("by 2 February 2019", "inf", "NATO", "SSC-8"),
    "S43": ("2014", "inf", "United States", "accus"),
    "S44": ("2014 to 2017", "inf", "talks", "fruitless"),
    "S45": ("late 2017", "inf", "United States", "named"),
    "S46": ("late 2017", "inf", "United States", "deploy"),
    "S47": ("February 2019", "inf", "RFE/RL", "expected for months"),
}


def numbered():
    """Return number → slug from the comments of the fixtures."""
    pattern = re.compile(r"^# (S\d\d)\n- model: \S+\n  fields:\n    slug: (\S+)", re.MULTILINE)
    return {
        number: slug for path in FIXTURES.glob("treaties/*.yaml") for number, slug in pattern.findall(path.read_text())
    }


def shown(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", html.unescape(answer.content.decode())).split())


def test_every_fact_has_its_row():
    assert set(numbered()) == set(FACTS)


def test_each_fact_shows_with_its_date_its_speaker_and_its_source(record, client):
    slugs, missing = numbered(), []
    timelines = {slug: shown(client, f"/treaties/{slug}/?show=all") for slug in ("inf", "new-start", "npt", "ctbt")}
    for number, (when, treaty, who, said) in FACTS.items():
        event = Event.objects.get(slug=slugs[number])
        page = shown(client, event.get_absolute_url()).lower()
        wanted = (when, who, said, str(event.sources.first().publisher))
        missing += [(number, words) for words in wanted if words.lower() not in page]
        missing += [] if event.title in timelines[treaty] else [(number, f"not on the timeline of {treaty}")]
    assert not missing


def test_the_reporting_credits_stand_with_their_source(record):
    note = Source.objects.get(slug="rferl-2019-02-02").note
    for agency in ("Reuters", "AP", "The Wall Street Journal"):
        assert agency in note


def test_announcement_and_notice_are_two_events_and_only_the_notice_starts_the_clock(record):
    announcement, notice = (Event.objects.get(slug=numbered()[number]) for number in ("S23", "S04"))
    assert (announcement.date, notice.date) == ("2019-02-01", "2019-02-02")
    clocks = Deadline.objects.filter(provision__treaty__slug="inf", provision__kind="withdrawal")
    assert [deadline.trigger for deadline in clocks] == [notice]


def test_every_published_row_names_a_source(record):
    assert not Event.objects.filter(publication="published", sources=None).exists()
    assert not Treaty.objects.filter(publication="published", sources=None).exists()


def test_every_denial_answers_somebody(record):
    denial = Statement.objects.get(slug=numbered()["S30"])
    assert denial.responds_to is not None


def test_the_files_are_loaded_by_djangos_own_loaddata_too_and_twice_is_once(db):
    files = [str(path) for path in record_files(FIXTURES) if path.parent.name != "participation"]
    call_command("loaddata", *files, verbosity=0)
    loaded = Event.objects.count()
    call_command("loaddata", str(FIXTURES / "parties.yaml"), str(FIXTURES / "treaties" / "ctbt.yaml"), verbosity=0)
    assert Event.objects.count() == loaded > 100
    assert Party.objects.filter(slug="united-states").count() == 1


def test_loading_twice_adds_nothing_and_keeps_what_an_editor_changed(record, settings):
    Event.objects.filter(slug=numbered()["S04"]).update(title="An editor's better title")
    again = load_record(settings.BASE_DIR / "fixtures", at=datetime(2026, 1, 1, 12, tzinfo=UTC))
    assert (again.added, again.deadlines) == (0, 0)
    (kept,) = again.kept
    assert kept.key == f"event/{numbered()['S04']}"
    assert [(name, stands) for name, stands, _ in kept.fields] == [("title", "An editor's better title")]


def load(**take):
    return load_record(FIXTURES, at=datetime(2026, 1, 1, 12, tzinfo=UTC), take=Take(**take))


def test_a_shipped_correction_is_taken_only_when_asked_for_by_its_key(record):
    slug = numbered()["S04"]
    Event.objects.filter(slug=slug).update(title="As it was shipped before")
    Event.objects.get(slug=slug).sources.clear()
    assert [one.key for one in load().kept] == [f"event/{slug}"]
    taken = load(keys=frozenset({f"event/{slug}"}))
    assert ([one.key for one in taken.taken], taken.kept) == ([f"event/{slug}"], [])
    event = Event.objects.get(slug=slug)
    assert event.title != "As it was shipped before"
    assert event.sources.exists()
    assert event.revision == 2, "whoever has it open is told"
    assert load().kept == []


def test_a_key_that_differs_nowhere_changes_nothing(record):
    Event.objects.filter(slug=numbered()["S04"]).update(title="As it was shipped before")
    with pytest.raises(RecordError, match="No row “event/atlantis” differs"):
        load(keys=frozenset({f"event/{numbered()['S04']}", "event/atlantis"}))
    assert Event.objects.get(slug=numbered()["S04"]).title == "As it was shipped before"


def test_what_nobody_has_changed_can_be_taken_all_at_once(record):
    edited, shipped_before = Event.objects.get(slug=numbered()["S04"]), Event.objects.get(slug=numbered()["S05"])
    Event.objects.filter(pk=edited.pk).update(title="An editor's better title")
    with pghistory.context(written_by="load_record"):
        Event.objects.filter(pk=shipped_before.pk).update(title="As it was shipped before")
    done = load(unedited=True)
    assert [one.key for one in done.taken] == [f"event/{shipped_before.slug}"]
    assert [one.key for one in done.kept] == [f"event/{edited.slug}"]


def test_the_command_tells_field_by_field_what_differs(record):
    Source.objects.filter(slug="rferl-2019-02-02").update(publisher="RFERL")
    told = StringIO()
    call_command("load_record", stdout=told)
    assert "Kept as it stands: source/rferl-2019-02-02 (RFERL: " in told.getvalue()
    assert "publisher: “RFERL”, shipped “RFE/RL”" in told.getvalue()
    call_command("load_record", "--take", "source/rferl-2019-02-02", stdout=told)
    assert "1 taken, 0 kept though they differ" in told.getvalue()


def test_a_row_that_names_what_is_not_there_leaves_the_database_as_it_was(db, tmp_path):
    for name in ("parties.yaml", "sources.yaml", "officials.yaml"):
        (tmp_path / name).write_text("")
    (tmp_path / "treaties").mkdir()
    row = {"model": "treaties.provision", "fields": {"treaty": ["atlantis"], "article": "I", "kind": "withdrawal"}}
    (tmp_path / "treaties" / "x.yaml").write_text(yaml.safe_dump([row]))
    with pytest.raises(RecordError, match="A provision names the treaty “atlantis”, which is not there"):
        load_record(tmp_path, at=datetime(2026, 1, 1, 12, tzinfo=UTC))
    assert not Treaty.objects.exists()
