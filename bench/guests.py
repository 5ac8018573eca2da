"""What the benches of saying that one comes share: an event, those who come to it, and what was kept of them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import loads
from arriving import Sent

SEED = """
import django; django.setup()
from django.utils import timezone
from tests.events.calling import october
from tests.rsvps.coming import walk_in
print(walk_in(october(), capacity=%r).key)
"""
KEPT = """
import collections, django, json, sys; django.setup()
from django.db import connection
from django.db.models import Sum
from manyplaces.mail.models import Letter
from manyplaces.rsvps.models import Crowd, Rsvp
from manyplaces.rsvps.rules.links import uid_of
keys = open(sys.argv[1]).read().split()
rows = collections.Counter(Rsvp.objects.values_list("uid", flat=True))
asking = Rsvp.objects.filter(state="asked").count()
counted = {state: Rsvp.objects.filter(state=state).aggregate(all=Sum("people"))["all"] or 0
    for state in ("coming", "waiting")}
crowds = Crowd.objects.aggregate(coming=Sum("coming"), waiting=Sum("waiting"))
whole = "ok"
if connection.vendor == "sqlite":
    with connection.cursor() as cursor:
        whole = cursor.execute("PRAGMA integrity_check").fetchone()[0]
uids = {uid_of(key): key for key in keys}
print(json.dumps({"rows": sum(rows.values()), "lost": sum(uid not in rows for uid in uids),
    "doubled": sum(many - 1 for many in rows.values()), "asking": asking,
    "letters": Letter.objects.filter(kind="rsvps.confirm").count(), "whole": whole,
    "miscounted": sum(abs(counted[state] - (crowds[state] or 0)) for state in counted)}))
"""


def seed(env: dict[str, str], capacity: int | None = None) -> str:
    """Make an event to which people come, and return its key."""
    words = [sys.executable, "-c", SEED % capacity]
    return subprocess.run(words, cwd=loads.ROOT, env=env, check=True, capture_output=True, text=True).stdout.strip()


def kept(env: dict[str, str], acknowledged: Path) -> dict[str, int | str]:
    """Count in the database itself: what is lost of the keys in a file, what is doubled, miscounted."""
    words = [sys.executable, "-c", KEPT, str(acknowledged)]
    found = subprocess.run(words, cwd=loads.ROOT, env=env, check=True, capture_output=True, text=True)
    counted: dict[str, int | str] = json.loads(found.stdout)
    return counted


def tell(env: dict[str, str], acknowledged: Path) -> bool:
    """Print what was kept of what was acknowledged, and say whether all of it is right."""
    found = kept(env, acknowledged)
    many = len(acknowledged.read_text().split())
    print(
        f"  acknowledged {many:,}, rows {found['rows']:,}, lost {found['lost']}, doubled {found['doubled']}, "
        f"counters beside the rows {found['miscounted']}, letters {found['letters']:,} for {found['asking']:,} "
        f"addresses, database {found['whole']}"
    )
    is_right = (found["lost"], found["doubled"], found["miscounted"], found["whole"]) == (0, 0, 0, "ok")
    return is_right and found["letters"] == found["asking"]


def begin(port: int, event: str, acknowledged: Path, **given: object) -> subprocess.Popen[str]:
    """Start to send in a process of its own; see `Crowd` and `run` for what may be given."""
    words = {"clients": 64, "seconds": 5.0, "mode": "bare", "name": "", "keep_alive": True, "stubborn": False, **given}
    told = json.dumps({"port": port, "event": event, "acknowledged": str(acknowledged), **words})
    return subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("arriving.py")), told], stdout=subprocess.PIPE, text=True
    )


def result(running: subprocess.Popen[str]) -> Sent:
    """Wait for the end, and return what became of what was sent."""
    text, _ = running.communicate()
    return Sent(**json.loads(text))
