"""The watch on the record: one thread asks four times a second which number the record has."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

from manyplaces.gate.store import Stamp

PERIOD = 0.25
BLIND_AFTER = 1.0

logger = logging.getLogger("manyplaces.gate")


class Watch:
    """Knows the stamp a page must have to be shown: the number of the record and the UTC day."""

    def __init__(self, read_generation: Callable[[], int], period: float = PERIOD) -> None:
        """`read_generation` is only ever called in the thread of the watch, `period` is in seconds."""
        self.read_generation = read_generation
        self.period = period
        self.stamp: Stamp | None = None
        self.changed = 0.0
        self.last_read = 0.0
        self.looked = False
        self._failing = False
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def is_blind(self) -> bool:
        """Whether the number could not be read for more than a second."""
        return time.monotonic() - self.last_read > BLIND_AFTER

    def start(self) -> None:
        """Begin to watch."""
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the watch; a reading under way is not waited for longer than half a second."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join(0.5)

    def look(self) -> None:
        """Read the number once; where the database fails, the old one stays in force."""
        # While the database cannot be read nobody can change the record either, as far as we can know:
        # the pages that are there go on being shown, for a readable record is better than none.
        try:
            number = self.read_generation()
        except Exception as error:
            if not self._failing:
                logger.error("The number of the record cannot be read (%s); stored pages stay.", type(error).__name__)
            self._failing = True
            return
        if self._failing:
            logger.warning("The number of the record can be read again.")
        self._failing = False
        self.last_read = time.monotonic()
        stamp = (number, datetime.now(UTC).toordinal())
        if stamp != self.stamp:
            self.stamp = stamp
            self.changed = time.monotonic()

    def _run(self) -> None:
        while not self._ended.is_set():
            self.look()
            self.looked = True
            self._ended.wait(self.period)
