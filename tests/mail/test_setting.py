"""The operator sets the mail server in one address, and its password is never shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from manyplaces.cli.outbox import command
from manyplaces.config.environment import MailServer, Unsafe, read_environment
from tests.mail.sink import Sink

FROM = {"MANYPLACES_MAIL_FROM": "hello@schools.example"}


def read(**given: str) -> Any:
    """The settings as read."""
    return read_environment({f"MANYPLACES_{name}": value for name, value in given.items()} | FROM)


# The @ of a password is written so in an address.
SECRET = "p%40ss"


@pytest.mark.parametrize(
    ("address", "server"),
    [
        ("", None),
        ("smtp://mail.example.org", MailServer("mail.example.org", 587, "starttls")),
        (f"smtps://us:{SECRET}@mail.example.org", MailServer("mail.example.org", 465, "tls", "us", "p@ss")),
        (
            "smtp://us%40example.org@mail.example.org:25",
            MailServer("mail.example.org", 25, "offered", "us@example.org"),
        ),
    ],
)
def test_one_address_says_where_and_how_letters_leave(address: str, server: MailServer | None) -> None:
    found = read(SMTP=address)
    assert (found.smtp, found.mail_from, found.mail_per_minute) == (server, "hello@schools.example", 300)
    assert "p@ss" not in f"{found.smtp} {found.smtp!r}"


@pytest.mark.parametrize("address", ["http://CANARY@x", "smtp://", "smtp://x:CANARY", "smtp://CANARY@x/y", "mail.x"])
def test_an_address_that_cannot_be_read_is_one_sentence_without_its_password(address: str) -> None:
    with pytest.raises(Unsafe) as refusal:
        read(SMTP=address)
    assert str(refusal.value) == (
        "MANYPLACES_SMTP cannot be read; give smtp://user@mail.example.org or smtps://user@mail.example.org."
    )


def test_a_sender_is_needed_and_is_a_bare_address() -> None:
    for sender in ("", "Us <us@x.org>", "us", "us@x.org\nBcc: all@x.org"):
        with pytest.raises(Unsafe, match="MANYPLACES_MAIL_FROM"):
            read_environment({"MANYPLACES_SMTP": "smtp://mail.example.org", "MANYPLACES_MAIL_FROM": sender})


def test_the_password_stands_in_a_file_that_nobody_else_can_read(tmp_path: Path) -> None:
    file = tmp_path / "password"
    with pytest.raises(Unsafe, match="cannot be read"):
        read(SMTP="smtp://us@x.org", SMTP_PASSWORD_FILE=str(file))
    file.write_text("CANARY\n")
    file.chmod(0o644)
    with pytest.raises(Unsafe, match="chmod 600"):
        read(SMTP="smtp://us@x.org", SMTP_PASSWORD_FILE=str(file))
    file.chmod(0o600)
    assert read(SMTP="smtp://us@x.org", SMTP_PASSWORD_FILE=str(file)).smtp.password == "CANARY"


@pytest.mark.django_db
def test_without_a_mail_server_letters_are_kept_and_the_operator_reads_them(
    owe: Callable[..., Any], payer: Any, sink: Sink, settings: Any
) -> None:
    def said(*words: str) -> str:
        return CliRunner().invoke(command, words).output

    letter = owe("hana@example.org", secret=True)
    listed = said().splitlines()
    assert listed[1:] == [
        "1 wait, 0 could not be delivered.",
        "No mail server is set, so nothing is sent. Set MANYPLACES_SMTP and MANYPLACES_MAIL_FROM (docs/run.md).",
        "The worker is not running; manyplaces up starts it.",
    ]
    assert "hana" not in listed[0] and f"{letter.pk:>6}" in listed[0]
    shown = said("show", str(letter.pk))
    assert shown.startswith("To: hana@example.org\nSubject: Letters from Manyplaces arrive\n\nThis letter was sent")
    assert said("again", str(letter.pk)) == (
        "This letter is not one that could not be delivered, so it cannot be sent again.\n"
    )
    # Once a server is set, what was kept is sent.
    settings.SMTP = sink.server
    payer.pay()
    assert said("show", str(letter.pk)) == f"Letter {letter.pk} is sent: its address and text were erased.\n"
    assert "has taken the letter" in said("send-test", "nia@example.org")
    assert said("send-test", "nia") == "This is not an e-mail address. It looks like name@example.org.\n"
    assert said("show", "99999") == "There is no letter 99999; manyplaces letters lists those that wait.\n"
    assert sink.readers == ["hana@example.org", "nia@example.org"]
