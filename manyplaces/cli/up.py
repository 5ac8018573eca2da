"""The command `manyplaces up`: from nothing to a site that is served, and to its end."""

from __future__ import annotations

import errno
import gc
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import NoReturn

import click

from manyplaces.config.environment import Environment


@click.command()
def command() -> None:
    """Serve the site until Ctrl-C.

    The first start makes the data folder, the key and the database, and fills in the sample record
    (MANYPLACES_SAMPLE=no leaves that out). Every start refuses what would be unsafe, with one sentence.
    """
    sys.exit(run())


def run() -> int:
    """Do all of it; returns the exit code."""
    signal.signal(signal.SIGTERM, _stop)
    try:
        environment = safe_environment()
        listener = bound(environment)
        prepare(environment)
        return served(environment, listener)
    except KeyboardInterrupt:
        print("\nManyplaces has stopped.", file=sys.stderr)
        return 130


def safe_environment() -> Environment:
    """Return the settings when nothing is unsafe; ends with the sentences of all refusals otherwise."""
    import django
    from django.conf import settings

    from manyplaces.config.refusals import refusals

    django.setup()
    environment: Environment = settings.ENVIRONMENT
    found = refusals(environment)
    for sentence in found:
        print(f"Manyplaces does not start: {sentence}", file=sys.stderr)
    if found:
        sys.exit(1)
    return environment


def prepare(environment: Environment) -> None:
    """Open the log, bring the tables to the state this version needs, and fill an empty record with the sample."""
    from manyplaces.cli.ready import prepare_tables
    from manyplaces.gate import logs

    logs.set_up(environment.data / "logs", environment.log_days)
    prepare_tables(environment)
    if environment.sample and record_is_empty():
        load_sample()


def record_is_empty() -> bool:
    """Tell whether there is no action in the record and never was an import: a sample taken away stays away."""
    from manyplaces.actions.models import Action
    from manyplaces.exchange.models import Import

    return not Action.every.exists() and not Import.objects.exists()


def load_sample() -> None:
    """Fill in the sample record; in a process of its own, for what an import needs would stay in memory here."""
    click.echo("The record is empty: filling in the sample.")
    if subprocess.run([sys.executable, "-m", "manyplaces", "demo"], check=False).returncode:
        click.echo("The sample could not be filled in; the site starts all the same. Try: manyplaces demo", err=True)


def bound(environment: Environment) -> socket.socket:
    """Return the listening socket, or end with a sentence about the port."""
    from manyplaces.gate.server import bind

    try:
        return bind(environment.host, environment.port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            sentence = (
                f"port {environment.port} is taken by another program; end that one or set PORT to another number."
            )
        else:
            address = f"{environment.host}:{environment.port}"
            sentence = f"{address} cannot be listened on ({error.strerror}); check MANYPLACES_HOST and PORT."
        sys.exit(f"Manyplaces does not start: {sentence}")


def served(environment: Environment, listener: socket.socket) -> int:
    """Load everything once, share it with web processes and worker, and stay until they have ended."""
    from django.core.wsgi import get_wsgi_application
    from django.db import connections

    from manyplaces.cli.first_run import words_if_nobody
    from manyplaces.cli.processes import Group, Kind
    from manyplaces.front.assets import assets
    from manyplaces.gate import rush
    from manyplaces.gate.behind import Asked, call
    from manyplaces.gate.entry import Gate
    from manyplaces.gate.server import serve

    application = get_wsgi_application()
    gate = Gate(
        application,
        watched(environment.key_file),
        hosts=environment.hosts,
        url=environment.url,
        port=environment.port,
        assets=assets(),
        proxies=environment.proxies,
        tiles=environment.tiles,
        rush=rush,
    )
    gate.bodies.may_upload = was_here
    words = words_if_nobody() + waiting_letters()
    # The first page in each language loads what pages need; every process then shares this memory.
    for path in ("/", "/es/"):
        call(application, Asked("GET", path), environment.url)
    connections.close_all()
    share_memory()

    where = environment.url if environment.is_public else f"http://{environment.host}:{environment.port}"
    web = Kind("A web process", lambda lifeline: serve(gate, listener, lifeline))
    group = Group([*[web] * environment.processes, Kind("The worker", worker_of(listener), vital=False)])
    return group.run(lambda: click.echo(f"Manyplaces is served on {where} - Ctrl-C stops it.{words}"))


def share_memory() -> None:
    """Leave all that is loaded as it is, so that the processes to come share it.

    What each makes besides is small: a page leaves some three hundred objects that hold each other, and taking away
    two thousand of them takes 2 ms. To let twenty thousand come together is no quicker by the page, and every fiftieth
    page waits for 40 ms (both measured with pages of what is near).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(2_000, 10, 50)


def worker_of(listener: socket.socket) -> Callable[[int], None]:
    """Return what the worker's process does; it lets go of the socket, on which it does not listen."""
    from manyplaces.mail import worker

    def work(lifeline: int) -> None:
        listener.close()
        worker.run(lifeline)

    return work


def was_here(cookies: str) -> bool:
    """Tell whether somebody has signed in with this browser before; whether he still is, Django asks."""
    from http.cookies import CookieError, SimpleCookie

    from django.core.signing import BadSignature

    from manyplaces.people.guard import cookie_name, signer

    try:
        found = SimpleCookie(cookies).get(cookie_name())
        return found is not None and bool(signer().unsign(found.value))
    except (CookieError, BadSignature):
        return False


def waiting_letters() -> str:
    """Return a sentence about letters that wait because no mail server is set; empty where there are none."""
    from manyplaces.mail.queries import outbox

    held = outbox().held
    if not held:
        return ""
    waiting = "1 letter waits" if held == 1 else f"{held:,} letters wait"
    return f"\n{waiting} for a mail server: set MANYPLACES_SMTP (docs/run.md), or read with: manyplaces letters"


def watched(key_file: Path) -> Callable[[], int]:
    """Return what the web processes ask four times a second: the number of the record. It heeds a new key too."""
    from django.conf import settings

    from manyplaces.config.keys import KeyWatch

    watch = KeyWatch(key_file)

    def look() -> int:
        if keys := watch.renewed():
            # Signatures are made and tried with what stands here at that moment: nobody has to start anew.
            settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = keys[0], keys[1:]
        return read_generation()

    return look


def read_generation() -> int:
    """Return the number of the record; a connection that fails is given up: the next reading makes a new one."""
    from django.db import connection

    from manyplaces.core.generation import current_generation

    try:
        return current_generation()
    except Exception:
        connection.close()
        raise


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
