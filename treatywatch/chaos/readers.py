"""Invented treaties with many confirmed followers, for measuring and for trials; never for a real installation.

Run as a program inside an installation, it makes one of them, has a party give notice, and prints how some of the
followers can leave.
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import django

if TYPE_CHECKING:
    from datetime import datetime

    from events.models import Event
    from treaties.models import Treaty

# Of so many followers one is to leave, and one has an address that the relay does not know.
ONE_LEAVER_IN = 25
ONE_GONE_IN = 50


def invent_treaty(name: str) -> Treaty:
    """Make a published treaty whose parties may leave six months after a notice."""
    from treaties.models import Provision, Treaty

    treaty = Treaty.objects.create(slug=name, short_name=name, laterality="bilateral", publication="published")
    Provision.objects.create(
        treaty=treaty,
        article="I",
        kind="withdrawal",
        effect_title="{party} withdrawal takes effect",
        trigger_kind="notice_of_withdrawal",
        rule={"schema": 1, "kind": "offset", "amount": 6, "unit": "months", "citation": "Invented, Article I"},
    )
    return treaty


def give_notice(treaty: Treaty, *, at: datetime) -> Event:
    """Enter a notice of withdrawal of the day before `at`, as an editor would: it starts a clock."""
    from events.models import Event
    from events.services import after_event_change, save_event
    from treaties.models import Party, Source

    source, _ = Source.objects.get_or_create(slug="invented", publisher="Invented", title="Invented")
    party, _ = Party.objects.get_or_create(slug="invented", name="Invented")
    day = (at - timedelta(days=1)).date()
    event = Event(
        slug=f"{treaty.slug}-notice",
        kind="notice_of_withdrawal",
        date=day.isoformat(),
        title="Notice",
        actor=party,
        publication="published",
    )
    save_event(event, at=at)
    event.treaties.set([treaty])
    event.sources.set([source])
    after_event_change(event, at=at)
    return event


def gather(treaty: Treaty, count: int, *, at: datetime, address: str = "'reader-' || n") -> None:
    """Let `count` new addresses follow the treaty, confirmed a day before `at`.

    `address` is the SQL of the part before the @, from a number n and the treaty's slug.
    """
    from alerts.models import Subscriber, Subscription

    confirmed = {"state": "active", "created_at": at - timedelta(days=1), "confirmed_at": at - timedelta(days=1)}
    first = Subscriber.objects.create(email=f"model@{treaty.slug}.example", **confirmed)
    wish = Subscription.objects.create(subscriber=first, treaty=treaty, **confirmed)
    copies = f"FROM alerts_subscriber s, generate_series(1, {int(count)}) AS n WHERE s.id = {first.pk}"
    host = f"'@{treaty.slug}.example'"
    _copy(first, {"email": f"{address} || {host}", "key": "gen_random_uuid()"}, copies)
    followers = (
        f"FROM alerts_subscription s, alerts_subscriber r WHERE s.id = {wish.pk} AND r.email LIKE '%%' || {host}"
    )
    _copy(wish, {"subscriber_id": "r.id"}, f"{followers} AND r.id <> {first.pk}")
    first.delete()


def _copy(row: Any, changed: dict[str, str], source: str) -> None:
    """Copy a row once for each row of the source: whatever columns it has, those not changed are its own."""
    from django.db import connection

    kept = [field.column for field in row._meta.concrete_fields if field.column not in {"id", *changed}]
    with connection.cursor() as cursor:
        # Put together from the literals above and the model's own column names.
        cursor.execute(
            f"INSERT INTO {row._meta.db_table} ({', '.join([*changed, *kept])}) "
            f"SELECT {', '.join([*changed.values(), *(f's.{name}' for name in kept)])} {source}",
            [],
        )


def ways_out(treaty: Treaty) -> list[tuple[str, str]]:
    """Return address and one-click path of those who are to leave."""
    from django.urls import reverse

    from alerts.tokens import unsubscribe_token

    leavers = _followers(treaty).filter(email__startswith="leaver-")
    return [(one.email, reverse("alerts:one-click", args=[unsubscribe_token(str(one.key))])) for one in leavers]


def _followers(treaty: Treaty) -> Any:
    from alerts.models import Subscriber

    return Subscriber.objects.filter(subscriptions__treaty=treaty)


# Who leaves and who is unknown to the relay is written in the address, so that its journal alone tells.
_KIND_IN_ADDRESS = (
    f"CASE WHEN n %% {ONE_LEAVER_IN} = 0 THEN 'leaver-' "
    f"WHEN n %% {ONE_GONE_IN} = 1 THEN 'gone-' ELSE 'reader-' END || n"
)


def main() -> None:
    """Make a treaty of this name with so many followers, once, give notice, and print addresses and ways out."""
    django.setup()
    from django.db import transaction
    from django.utils import timezone

    from treaties.models import Treaty

    name, count, at = sys.argv[1], int(sys.argv[2]), timezone.now()
    with transaction.atomic():
        treaty = Treaty.objects.filter(slug=name).first()
        if treaty is None:
            treaty = invent_treaty(name)
            gather(treaty, count, at=at, address=_KIND_IN_ADDRESS)
            give_notice(treaty, at=at)
    addresses = list(_followers(treaty).values_list("email", flat=True))
    print(json.dumps({"addresses": addresses, "ways_out": ways_out(treaty)}))  # noqa: T201 - its answer


if __name__ == "__main__":
    main()
