"""When two looks at the clock agree, to the minute; and what is left of a key for whoever kept hold of its file."""

from __future__ import annotations

import datetime
import os
from pathlib import Path
from typing import Any

import pytest

from manyplaces.core import throttle
from manyplaces.core.safes import destroy_safe, make_safe
from manyplaces.rsvps.models import Rsvp
from tests.rsvps.clockwork import Clock
from tests.rsvps.coming import say, walk_in

MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def keys_of_our_own(settings: Any, tmp_path: Path) -> None:
    settings.SAFES_FOLDER = tmp_path / "safes"
    throttle.forget()


@pytest.mark.django_db(transaction=True)
def test_nothing_is_destroyed_before_two_looks_an_hour_apart() -> None:
    event = walk_in()
    say(event, people="3")
    last = event.meant[1]
    assert last is not None
    clock = Clock(datetime.datetime.combine(last + datetime.timedelta(days=16), datetime.time(12), datetime.UTC))
    gone = []
    for minutes in (0, 20, 20, 19, 1):
        clock.pass_(minutes * MINUTE)
        gone.append((clock.look() > 0, Rsvp.objects.count()))
    assert gone == [(False, 1)] * 4 + [(True, 0)]


def test_a_key_is_written_over_before_its_file_goes(settings: Any) -> None:
    name = make_safe()
    file = settings.SAFES_FOLDER / f"{name}.safe"
    key, kept = file.read_bytes(), settings.SAFES_FOLDER / "somebody-kept-hold-of-it"
    os.link(file, kept)
    assert destroy_safe(name)
    assert (file.exists(), kept.read_bytes() == key, len(kept.read_bytes())) == (False, False, len(key))
