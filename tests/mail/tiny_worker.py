"""A worker that dies and begins again within a test: short leases, and jobs that leave their traces in files.

python -m tests.mail.tiny_worker DATA_FOLDER SMTP_PORT [DATABASE]

The name of a database is that of the test that started it, where that is not the site's own.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any


def main(folder: str, port: str, database: str = "") -> None:
    """Be the worker of the site whose data is in the folder."""
    os.environ |= {
        "MANYPLACES_DATA": folder,
        "MANYPLACES_SMTP": f"smtp://127.0.0.1:{port}",
        "MANYPLACES_MAIL_FROM": "hello@schools.example",
        "MANYPLACES_MAIL_PER_MINUTE": "60000",
        "DJANGO_SETTINGS_MODULE": "manyplaces.config.settings",
    }
    import django

    django.setup()
    from django.db import connections

    from manyplaces.mail import tasks, worker
    from manyplaces.mail.worker import doing, paying

    if database:
        connections.settings["default"]["NAME"] = database
    doing.LEASE = worker.LEASE = timedelta(seconds=1)
    paying.LEASE = timedelta(seconds=1)
    worker.ASKS_EVERY = 0.05
    worker.BEATS_EVERY = 0.2

    @tasks.job("tests.count")
    def count(payload: dict[str, Any], job: tasks.Running) -> None:
        """Make a file for each piece; what is there already is left alone."""
        traces = Path(folder) / "traces"
        for piece in range(payload["many"]):
            job.tell(piece, payload["many"])
            if not (traces / str(piece)).exists():
                time.sleep(0.01)
                (traces / "half").write_text(job.by.name)
                (traces / "half").replace(traces / str(piece))
        with (traces / "ends").open("a") as ends:
            ends.write(f"{job.about}\n")

    @tasks.job("tests.fail")
    def fail(payload: dict[str, Any], job: tasks.Running) -> None:
        """Never comes to its end."""
        raise RuntimeError("CANARY")

    @tasks.every("tests.tick", minutes=1)
    def tick() -> None:
        """Leave a trace of the slot."""
        with (Path(folder) / "traces" / "slots").open("a") as slots:
            slots.write(f"{int(time.time()) // 60}\n")

    lifeline, _held = os.pipe()
    worker.run(lifeline)


if __name__ == "__main__":
    main(*sys.argv[1:])
