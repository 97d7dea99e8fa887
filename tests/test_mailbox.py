"""The mailbox of a machine without a mail server: readable here, and nowhere else."""

from __future__ import annotations

from email.message import EmailMessage

import pytest


@pytest.fixture
def mailbox(settings, tmp_path):
    settings.MAILBOX_DIR = str(tmp_path)
    message = EmailMessage()
    message["Subject"], message["To"], message["Date"] = "Grüße", "a@example.org", "Sat, 02 Feb 2019 12:00:00 +0000"
    message.set_content("Read me: http://127.0.0.1:8000/treaties/inf/ <script>alert(1)</script>")
    (tmp_path / "01795515553703205220-8f84235a.eml").write_bytes(message.as_bytes())
    return tmp_path


def test_messages_are_listed_and_read(mailbox, client):
    page = client.get("/mailbox/").content.decode()
    assert "Grüße" in page
    assert "1 message" in page
    message = client.get("/mailbox/01795515553703205220-8f84235a/").content.decode()
    assert "Read me" in message
    assert "<script>alert" not in message


def test_nobody_from_elsewhere_sees_that_it_exists(mailbox, client):
    assert client.get("/mailbox/", REMOTE_ADDR="203.0.113.7").status_code == 404


def test_with_a_real_relay_there_is_no_mailbox(settings, client):
    settings.MAILBOX_DIR = ""
    assert client.get("/mailbox/").status_code == 404


@pytest.mark.parametrize("name", ["..%2F..%2Fetc%2Fpasswd", "missing.eml", "%2e%2e"])
def test_only_messages_are_shown(mailbox, client, name):
    assert client.get(f"/mailbox/{name}/").status_code == 404
