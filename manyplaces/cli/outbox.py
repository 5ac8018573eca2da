"""The command `manyplaces letters`: what waits, reading one, sending one again, trying out the mail server."""

from __future__ import annotations

import sys

import click

from manyplaces.cli.ready import make_ready, operator, or_end


@click.group(invoke_without_command=True)
@click.pass_context
def command(context: click.Context) -> None:
    """List the letters that wait or could not be delivered.

    \b
    Examples:
      manyplaces letters
      manyplaces letters show 12
      manyplaces letters again 12
      manyplaces letters send-test you@example.org
    """
    make_ready(even_when_locked=True)
    if context.invoked_subcommand is None:
        list_letters()


def list_letters() -> None:
    """Print a line for each letter, without address and text."""
    from django.conf import settings

    from manyplaces.core.lockdown import locked_since
    from manyplaces.mail.letters import absolute
    from manyplaces.mail.queries import outbox, unsettled_letters
    from manyplaces.rsvps.rules.links import inbound_secret

    stand = outbox()
    for letter in unsettled_letters():
        why = f"  {letter.get_error_display()}" if letter.error else ""
        click.echo(f"{letter.pk:>6}  {letter.made_at:%Y-%m-%d %H:%M} UTC  {letter.state:7} {letter.kind}{why}")
    click.echo(f"{stand.owed:,} wait, {stand.failed:,} could not be delivered.")
    if not settings.SMTP:
        click.echo(
            "No mail server is set, so nothing is sent. Set MANYPLACES_SMTP and MANYPLACES_MAIL_FROM (docs/run.md)."
        )
    elif stand.trouble:
        click.echo(f"{stand.trouble} Since {stand.trouble_since:%Y-%m-%d %H:%M} UTC; it is tried again by itself.")
    if settings.TEXTS:
        click.echo(f"Replies to texts go to {absolute('rsvps:texted', inbound_secret())}, which is a secret.")
    if stand.jobs or stand.chores:
        click.echo(f"{stand.jobs:,} jobs and {stand.chores:,} regular tasks failed; the log says where.")
    if since := locked_since():
        click.echo(f"The site is closed since {since:%Y-%m-%d %H:%M} UTC; all but codes rests until manyplaces unlock.")
    if not stand.worker_alive:
        click.echo("The worker is not running; manyplaces up starts it.")


@command.command()
@click.argument("number", type=click.IntRange(min=1))
def show(number: int) -> None:
    """Print letter NUMBER with its address, as long as it was not sent; for whoever runs the machine alone."""
    from manyplaces.core.sealing import Unopenable
    from manyplaces.mail.letters import Written
    from manyplaces.mail.models import Letter

    letter = Letter.objects.filter(pk=number).first()
    if letter is None:
        click.echo(f"There is no letter {number}; manyplaces letters lists those that wait.", err=True)
        sys.exit(1)
    try:
        content, to = letter.content, letter.to
    except Unopenable:
        click.echo("The key that sealed this letter is gone, so nobody can read it.", err=True)
        sys.exit(1)
    if not content:
        click.echo(f"Letter {number} is {letter.get_state_display()}: its address and text were erased.")
        return
    written = Written(**content)
    click.echo(f"To: {to}\nSubject: {written.subject}\n\n{written.text}")


@command.command()
@click.argument("number", type=click.IntRange(min=1))
def again(number: int) -> None:
    """Try letter NUMBER again, which could not be delivered."""
    from manyplaces.mail.models import Letter
    from manyplaces.mail.operations import send_again

    letter = Letter.objects.filter(pk=number).first()
    if letter is None:
        click.echo(f"There is no letter {number}; manyplaces letters lists those that wait.", err=True)
        sys.exit(1)
    or_end(lambda: send_again(letter, by=operator()))
    click.echo(f"Letter {number} will be tried again.")


@command.command("send-test")
@click.argument("address")
def send_test(address: str) -> None:
    """Send a letter to ADDRESS at once, past all that waits, and say what the mail server answered."""
    from django.conf import settings

    from manyplaces.core.contacts import read_email
    from manyplaces.mail.letters import written
    from manyplaces.mail.models import Letter
    from manyplaces.mail.smtp import Postman, Refused, Trouble, message, plain_address

    if not settings.SMTP:
        click.echo("No mail server is set. Set MANYPLACES_SMTP and MANYPLACES_MAIL_FROM (docs/run.md).", err=True)
        sys.exit(1)
    try:
        to = plain_address(or_end(lambda: read_email(address)))
        with Postman(settings.SMTP) as postman:
            postman.deliver(message(Letter(), written("mail.try_out", "en"), to), to)
    except Trouble as trouble:
        click.echo(f"{trouble.kind.label} The setting is {settings.SMTP}.", err=True)
        sys.exit(1)
    except Refused as refused:
        click.echo(str(refused.error.label), err=True)
        sys.exit(1)
    click.echo("The mail server has taken the letter. See that it arrives, and not among the unwanted ones.")
