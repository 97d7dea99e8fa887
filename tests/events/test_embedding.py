"""What other people's pages show of ours: frames, oEmbed answers, pictures of shared links; and what robots are told."""

from __future__ import annotations

import html
import re
from urllib.parse import urlencode

import pytest
from defusedxml import ElementTree

from events import pictures
from events.models import Event
from treaties.models import Treaty

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("record")]

DEADLINE = "/deadlines/inf-withdrawal-united-states-2019-02-02/"


def get(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer


def oembed(client, page, status=200, **asked):
    return get(client, "/oembed?" + urlencode({"url": page, **asked}), status)


@pytest.mark.parametrize("page", ["/treaties/inf/", DEADLINE])
def test_a_frame_shows_the_clock_without_a_script_and_may_stand_anywhere(client, page, settings):
    answer = get(client, f"/embed{page}?as_of=2019-02-05")
    shown = answer.content.decode()
    assert "178" in shown
    assert "Friday 2 August 2019" in shown
    assert "As of 5 February 2019" in shown
    assert "<script" not in shown
    assert f'href="{settings.PUBLIC_URL}{page}?as_of=2019-02-05" target="_top"' in shown
    assert "frame-ancestors *" in answer["Content-Security-Policy"]
    assert "X-Frame-Options" not in answer


def test_no_other_page_may_be_framed(client):
    for page in ("/treaties/inf/", "/oembed", "/embed/treaties/atlantis/"):
        answer = client.get(page)
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"], page
        assert answer["X-Frame-Options"] == "DENY"


def test_a_page_leads_to_its_embedding_by_a_whole_address(client, settings):
    head = get(client, "/treaties/inf/").content.decode().split("</head>")[0]
    address = html.unescape(re.search(r'type="application/json\+oembed"[^>]* href="([^"]*)"', head)[1])
    assert address.startswith(f"{settings.PUBLIC_URL}/oembed?")
    assert get(client, address.removeprefix(settings.PUBLIC_URL)).json()["title"] == "INF Treaty"


def test_what_some_hold_never_took_effect_is_called_disputed_once(client):
    shown = get(client, "/embed/treaties/npt/").content.decode()
    assert shown.count("disputed") == 1


def test_the_answer_to_oembed_holds_a_frame_of_ours(client, settings):
    page = f"{settings.PUBLIC_URL}/treaties/inf/?as_of=2019-02-05"
    told = oembed(client, page).json()
    assert (told["version"], told["type"], told["title"]) == ("1.0", "rich", "INF Treaty")
    assert f'src="{settings.PUBLIC_URL}/embed/treaties/inf/?as_of=2019-02-05"' in html.unescape(told["html"])
    assert f'width="{told["width"]}"' in told["html"]
    assert told["thumbnail_url"] == f"{settings.PUBLIC_URL}/pictures/treaties/inf.png?as_of=2019-02-05"
    xml = ElementTree.fromstring(oembed(client, page, format="xml").content)
    assert {child.tag: child.text for child in xml} == {name: str(value) for name, value in told.items()}


def test_oembed_keeps_within_the_size_asked_for(client, settings):
    told = oembed(client, f"{settings.PUBLIC_URL}{DEADLINE}", maxwidth=300, maxheight=200).json()
    assert (told["width"], told["height"]) == (300, 200)
    assert "thumbnail_url" not in told, "a picture that is larger is not offered"


@pytest.mark.parametrize(
    ("page", "asked", "status"),
    [
        ("", {}, 400),
        ("https://elsewhere.example/treaties/inf/", {}, 404),
        ("{site}/treaties/atlantis/", {}, 404),
        ("{site}/method/", {}, 404),
        ("{site}/nowhere", {}, 404),
        ("{site}/treaties/inf/", {"format": "yaml"}, 501),
        ("{site}/treaties/inf/", {"maxwidth": "wide"}, 400),
        ("{site}/treaties/inf/", {"maxheight": "0"}, 400),
    ],
)
def test_oembed_refuses_as_its_standard_says(client, settings, page, asked, status):
    answer = oembed(client, page.format(site=settings.PUBLIC_URL), status, **asked)
    assert len(answer.content.decode().split()) > 3, "in a sentence"


EVENT, PARTY = "/events/us-gives-notice-2019-02-02/", "/parties/united-states/"


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (
            "/treaties/inf/?as_of=2019-02-05",
            (
                "INF Treaty. Withdrawal notice running. United States withdrawal takes effect: Friday 2 August 2019. "
                "178 days left. As of 5 February 2019."
            ),
        ),
        (
            f"{DEADLINE}?as_of=2019-02-05",
            (
                "INF Treaty. United States withdrawal takes effect: Friday 2 August 2019. 178 days left. "
                "As of 5 February 2019."
            ),
        ),
        (
            f"{EVENT}?as_of=2019-02-05",
            (
                "INF Treaty: United States withdrawal takes effect: Friday 2 August 2019. 178 days left. "
                "As of 5 February 2019."
            ),
        ),
        (
            f"{PARTY}?as_of=2019-02-05",
            (
                "United States. Treaties, clocks and statements. INF Treaty: United States withdrawal takes effect: "
                "Friday 2 August 2019. 178 days left. As of 5 February 2019."
            ),
        ),
        ("/", "Arms-control treaties on timelines. The clock that ends next. "),
        ("/fr/", "Traités de maîtrise des armements sur des frises chronologiques. "),
    ],
)
def test_a_shared_link_has_a_picture_and_says_in_words_what_it_shows(client, page, words, settings):
    shown = get(client, page).content.decode()
    told = html.unescape(re.search(r'og:image:alt" content="([^"]+)"', shown)[1])
    assert words in told
    assert f'twitter:image:alt" content="{html.escape(told)}"' in shown
    assert 'twitter:card" content="summary_large_image"' in shown
    picture = html.unescape(re.search(r'og:image" content="([^"]+)"', shown)[1])
    assert get(client, picture.removeprefix(settings.PUBLIC_URL))["Content-Type"] == "image/png"


def test_a_page_without_a_picture_promises_none(client):
    shown = get(client, "/method/").content.decode()
    assert 'twitter:card" content="summary"' in shown
    assert "og:image" not in shown


def test_a_draft_is_neither_framed_nor_drawn(client, settings):
    Treaty.objects.filter(slug="inf").update(publication="draft")
    Event.objects.filter(slug="us-gives-notice-2019-02-02").update(publication="draft")
    pictured = ("/pictures/treaties/inf.png", f"/pictures{EVENT[:-1]}.png", "/pictures/parties/nobody.png")
    for address in ("/embed/treaties/inf/", f"/embed{DEADLINE}", *pictured):
        get(client, address, 404)
    oembed(client, f"{settings.PUBLIC_URL}/treaties/inf/", 404)


def test_a_page_tells_how_it_is_shared_and_embedded(client, settings):
    shown = get(client, "/treaties/inf/?as_of=2019-02-05").content.decode()
    assert (
        f'<meta property="og:image" content="{settings.PUBLIC_URL}/pictures/treaties/inf.png?as_of=2019-02-05">'
        in shown
    )
    assert '<meta property="og:title" content="INF Treaty">' in shown
    assert '<meta name="twitter:card" content="summary_large_image">' in shown
    for form in ("json", "xml"):
        link = re.search(rf'type="application/{form}\+oembed" title="[^"]+" href="([^"]+)"', shown)[1]
        assert get(client, html.unescape(link))
    assert "&lt;iframe src=" in shown, "to copy without a script"


@pytest.mark.parametrize(
    "address",
    [
        "/pictures/treaties/inf.png?as_of=2019-02-05",
        "/pictures/treaties/npt.png",
        f"/pictures{DEADLINE[:-1]}.png",
        "/pictures/events/us-gives-notice-2019-02-02.png",
        "/pictures/parties/russia.png",
        "/fr/pictures/front.png",
    ],
)
def test_the_picture_is_a_png_of_the_promised_size(client, address):
    answer = get(client, address)
    assert answer["Content-Type"] == "image/png"
    assert answer.content[:8] == b"\x89PNG\r\n\x1a\n"
    assert (int.from_bytes(answer.content[16:20]), int.from_bytes(answer.content[20:24])) == (1200, 630)


def test_the_picture_is_that_of_the_day(client):
    pictures_of = {
        get(client, f"/pictures/treaties/inf.png{day}").content
        for day in ("", "?as_of=2019-02-05", "?as_of=2019-02-06")
    }
    assert len(pictures_of) == 3


def test_a_long_name_wraps_and_only_then_is_cut():
    name = "Treaty on the Prohibition of the Emplacement of Nuclear Weapons on the Sea-Bed and the Ocean Floor"
    wrapped = pictures._block(name, pictures._NAME_SIZES, top=0)
    assert " ".join(line for _, line in wrapped.lines) == name
    cut = pictures._block(name * 4, pictures._NAME_SIZES, top=0)
    assert len(cut.lines) == 3
    assert cut.lines[-1][1].endswith("…")


def test_the_sitemap_has_every_public_page_and_no_draft(client):
    Event.objects.filter(slug="us-gives-notice-2019-02-02").update(publication="draft")
    index = ElementTree.fromstring(get(client, "/sitemap.xml").content)
    files = [node.text for node in index.iter() if node.tag.endswith("}loc")]
    pages = set()
    for file in files:
        section = ElementTree.fromstring(get(client, "/" + file.split("/", 3)[3]).content)
        pages |= {"/" + node.text.split("/", 3)[3] for node in section.iter() if node.tag.endswith("}loc")}
    assert {"/", "/treaties/inf/", "/parties/russia/", DEADLINE} <= pages
    assert "/events/us-gives-notice-2019-02-02/" not in pages
    assert len([page for page in pages if page.startswith("/events/")]) == Event.objects.published().count()


def test_robots_are_told_what_to_leave_alone(client, settings):
    told = get(client, "/robots.txt").content.decode()
    assert f"Sitemap: {settings.PUBLIC_URL}/sitemap.xml" in told
    assert "Disallow: /alerts/\n" in told
    assert "Disallow: /fr/alerts/\n" in told
