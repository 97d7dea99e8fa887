"""Every field that an editor fills in says what it asks for."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.auth.models import User

from events.editorial.kinds import KINDS
from events.models import Event

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_the_form_and_of_its_rows_is_explained(kind, rf):
    request = rf.get("/")
    request.user = User.objects.create_superuser("chief")
    desk = admin.site._registry[KINDS[kind].model]
    fields = dict(desk.get_form(request)().fields)
    for inline in desk.get_inline_instances(request):
        formset = inline.get_formset(request)
        fields |= {
            name: field for name, field in formset.form().fields.items() if name not in (formset.fk.name, "DELETE")
        }
    assert [name for name, field in fields.items() if not field.help_text and not field.widget.is_hidden] == []


def test_no_help_is_for_a_field_that_is_not_there():
    from django.apps import apps

    from events.admin.explaining import _HELP

    for named in _HELP:
        model, field = named.split(".")
        app = "treaties" if model in apps.all_models["treaties"] else Event._meta.app_label
        assert apps.get_model(app, model)._meta.get_field(field).help_text == "", named
