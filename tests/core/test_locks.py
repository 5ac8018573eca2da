"""Locks of all processes of a site: the system must not take two of them in two threads for a deadlock."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time

from manyplaces.core.locks import SiteLock

# Two processes take two locks, each in a thread of its own, again and again: the system counts processes, not threads,
# and believes that they wait for each other.
MANY = """
import os, threading, time
from manyplaces.core.locks import SiteLock
outer, inner = SiteLock(), SiteLock()
children = []
for _ in range(2):
    child = os.fork()
    if child:
        children.append(child)
        continue
    faults = []
    def nested():
        try:
            for _ in range(200):
                with outer, inner: time.sleep(0.0005)
        except OSError as error: faults.append(error)
    def alone():
        try:
            for _ in range(200):
                with inner: time.sleep(0.0005)
        except OSError as error: faults.append(error)
    threads = [threading.Thread(target=work) for work in (nested, alone, alone)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    os._exit(1 if faults else 0)
print([os.waitpid(child, 0)[1] for child in children])
"""


def test_two_locks_in_two_threads_of_two_processes_are_no_deadlock() -> None:
    done = subprocess.run([sys.executable, "-c", MANY], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.strip() == "[0, 0]"


def test_a_lock_is_held_by_one_process_and_given_back_when_it_dies() -> None:
    lock = SiteLock()
    child = os.fork()
    if not child:
        lock.__enter__()
        time.sleep(0.3)
        os._exit(0)
    time.sleep(0.1)
    began = time.monotonic()
    with lock:
        waited = time.monotonic() - began
    os.waitpid(child, 0)
    assert waited > 0.1


def test_a_lock_is_held_by_one_thread() -> None:
    lock, order = SiteLock(), []

    def other() -> None:
        with lock:
            order.append("other")

    with lock:
        thread = threading.Thread(target=other)
        thread.start()
        time.sleep(0.05)
        order.append("first")
    thread.join()
    assert order == ["first", "other"]
