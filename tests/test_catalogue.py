"""The catalogue of each further language is complete: every text of templates and code, translated, and compiled as it is."""

from __future__ import annotations

import ast
import gettext
import re
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.template.loader import get_template
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

ROOT = Path(settings.BASE_DIR)
FURTHER = [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
# Function → which of its arguments are texts.
CALLS = {"gettext": 1, "gettext_lazy": 1, "_": 1, "ngettext": 2, "ngettext_lazy": 2, "pgettext": 1, "pgettext_lazy": 1}
PLACEHOLDER = re.compile(r"%\((\w+)\)")


def of_templates():
    for path in sorted((ROOT / "templates").rglob("*.*")):
        nodes = get_template(str(path.relative_to(ROOT / "templates"))).template.nodelist
        for node in nodes.get_nodes_by_type(TranslateNode):
            yield node.filter_expression.var.literal
        for node in nodes.get_nodes_by_type(BlockTranslateNode):
            yield node.render_token_list(node.singular)[0]


def of_code():
    for app in ("treaties", "events", "alerts", "treatywatch"):
        for path in sorted((ROOT / app).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                name = getattr(getattr(node, "func", None), "id", "")
                if name in CALLS:
                    text = node.args[1 if name.startswith("pgettext") else 0]
                    if isinstance(text, ast.Constant):
                        yield text.value


def catalogue(language):
    return ROOT / "treatywatch" / "locale" / language / "LC_MESSAGES" / "django.po"


@pytest.mark.parametrize("language", FURTHER)
def test_every_text_has_its_translation(language):
    translated = {entry.msgid for entry in polib.pofile(catalogue(language)).translated_entries()}
    assert {*of_templates(), *of_code()} - translated == set()


@pytest.mark.parametrize("language", FURTHER)
def test_no_translation_is_empty_doubtful_or_lacks_a_value(language):
    for entry in polib.pofile(catalogue(language)):
        assert not entry.fuzzy, entry.msgid
        pairs = [(entry.msgid, entry.msgstr)]
        if entry.msgid_plural:
            pairs = [
                (entry.msgid if form == 0 else entry.msgid_plural, text) for form, text in entry.msgstr_plural.items()
            ]
        for text, translated in pairs:
            assert translated, text
            assert set(PLACEHOLDER.findall(translated)) == set(PLACEHOLDER.findall(text)), text


@pytest.mark.parametrize("language", FURTHER)
def test_the_compiled_catalogue_is_the_written_one(language):
    written = polib.pofile(catalogue(language))
    with catalogue(language).with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for entry in written:
        if entry.msgid_plural:
            found = [compiled._catalog[(entry.msgid, form)] for form in sorted(entry.msgstr_plural)]
            assert found == [entry.msgstr_plural[form] for form in sorted(entry.msgstr_plural)]
        else:
            read = compiled.pgettext(entry.msgctxt, entry.msgid) if entry.msgctxt else compiled.gettext(entry.msgid)
            assert read == entry.msgstr


def test_french_marks_do_not_begin_a_line():
    """Before : ; ? ! » and after « stands a space at which no line breaks."""
    for entry in polib.pofile(catalogue("fr")):
        for text in [entry.msgstr, *entry.msgstr_plural.values()]:
            assert not re.search(r" [:;?!»](?=\s|$|\))|« ", text), text
