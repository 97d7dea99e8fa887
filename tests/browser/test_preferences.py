"""The one page for everything, at phone width, without scripts and without a mouse: confirmed, changed, deleted."""

from __future__ import annotations

import pytest

from tests.browser.steps import link_in_mail

pytestmark = pytest.mark.browser
READER = "keyboard@example.org"


@pytest.fixture
def phone(visit):
    return visit(viewport={"width": 375, "height": 700}, java_script_enabled=False)


def reach(page, words):
    """Come to the button by the Tab key alone."""
    button = page.get_by_role("button", name=words, exact=True).first
    for _ in range(80):
        page.keyboard.press("Tab")
        if button.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"{words} cannot be reached")


def press(page, words):
    """Reach the button and press it, which sends its form."""
    reach(page, words)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_reader_follows_changes_and_deletes_by_keyboard_on_a_phone_without_scripts(phone):
    phone.goto("/fr/alerts/subscribe/?treaty=inf")
    phone.fill("[name=email]", READER)
    press(phone, "Envoyez-moi une confirmation")
    phone.goto(link_in_mail(phone, READER, "Confirmez", "/alerts/confirm/"))
    press(phone, phone.inner_text("main button"))
    phone.goto("/fr/alerts/link/")
    phone.fill("[name=email]", READER)
    press(phone, "Envoyez-moi le lien")
    page = link_in_mail(phone, READER, "Votre page", "/alerts/preferences/")
    phone.goto(page)
    assert phone.locator("html").evaluate("one => one.scrollWidth") == 375
    phone.get_by_label("Nouvelle déclaration").focus()
    phone.keyboard.press("Space")
    press(phone, "Enregistrer")
    assert phone.inner_text(".done") == "Enregistré."
    assert phone.get_by_label("Nouvelle déclaration").is_checked()
    reach(phone, "Tout supprimer")
    phone.keyboard.press("Enter")
    assert phone.get_by_text(READER).count(), "not by a slip"
    phone.get_by_label("Oui, supprimer").focus()
    phone.keyboard.press("Space")
    press(phone, "Tout supprimer")
    phone.goto(page)
    assert not phone.get_by_text(READER).count()
