"""Who wants mail, about what, and the outbox that promises each mail once."""

from alerts.models.bounces import BounceReport
from alerts.models.form_mails import FormMail
from alerts.models.heartbeats import Heartbeat
from alerts.models.kinds import (
    DEFAULT_LEAD_DAYS,
    DIGEST,
    MAIL_KINDS,
    TEST,
    AlertKind,
    default_kinds,
    default_lead_days,
)
from alerts.models.outbox import Alert
from alerts.models.planning import AskAgain, FullyPlanned
from alerts.models.runs import DeliveryRun
from alerts.models.subscribers import Subscriber
from alerts.models.subscriptions import Mute, Subscription

__all__ = [
    "DEFAULT_LEAD_DAYS",
    "DIGEST",
    "MAIL_KINDS",
    "TEST",
    "Alert",
    "AlertKind",
    "AskAgain",
    "BounceReport",
    "DeliveryRun",
    "FormMail",
    "FullyPlanned",
    "Heartbeat",
    "Mute",
    "Subscriber",
    "Subscription",
    "default_kinds",
    "default_lead_days",
]
