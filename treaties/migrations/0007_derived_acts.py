"""What the shipped record wrote as a note is a column: whether an act's date was computed, or inferred."""

from django.db import migrations

_ORIGINS = {
    "entry_into_force": ["ratification", "accession", "acceptance", "approval", "succession", "consent"],
    "withdrawal_effect": ["notice_of_withdrawal"],
}
_NOTE = "Derived from the clause."


def tell_basis(apps, schema_editor):
    act_model = apps.get_model("treaties", "ParticipationAct")
    for kind, origins in _ORIGINS.items():
        acts = act_model.objects.filter(kind=kind, note=_NOTE)
        counted = act_model.objects.filter(kind__in=origins).values("participation")
        acts.filter(participation__in=counted).update(basis="derived", note="")
        act_model.objects.filter(kind=kind, note=_NOTE).update(basis="inferred", note="")


class Migration(migrations.Migration):
    dependencies = [("treaties", "0006_act_basis")]

    operations = [migrations.RunPython(tell_basis, migrations.RunPython.noop)]
