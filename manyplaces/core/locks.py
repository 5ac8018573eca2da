"""A lock that belongs to all processes of a site."""

from __future__ import annotations

import errno
import fcntl
import tempfile
import threading
import time
from types import TracebackType

RETRIED_AFTER = 0.0005


class SiteLock:
    """Held by one thread of one process at a time; make it when a module is first loaded, before the site forks.

    It is a lock on a file without a name: the system gives it back when its holder dies, however it dies.
    """

    def __init__(self) -> None:
        """Nobody holds it."""
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 (open as long as the process lives)
        self._in_process = threading.Lock()

    def __enter__(self) -> None:
        self._in_process.acquire()
        try:
            self._take()
        except BaseException:
            self._in_process.release()
            raise

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        try:
            fcntl.lockf(self._file, fcntl.LOCK_UN)
        finally:
            self._in_process.release()

    def _take(self) -> None:
        while True:
            try:
                fcntl.lockf(self._file, fcntl.LOCK_EX)
            except OSError as error:
                # The system thinks of a process as one who waits: it sees a circle where one thread holds a lock and
                # another thread of the same process waits for a second. Whoever holds that one will let go of it.
                if error.errno != errno.EDEADLK:
                    raise
                time.sleep(RETRIED_AFTER)
            else:
                return
