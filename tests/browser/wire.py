"""A wire of our own between a browser and a site: slow, cut now and then, closed by half, or down altogether."""

from __future__ import annotations

import random
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

CHUNK = 16_384


@dataclass
class Wire:
    """A TCP proxy to a port of this machine.

    `delay` are the seconds after which what was sent arrives, `cut` the share of connections that end in the middle of
    an answer, `half` the share of which the browser's half is closed as soon as it has asked. While it `is_down` nobody
    gets through, and whoever was through is cut off.
    """

    to: int
    delay: float = 0.0
    cut: float = 0.0
    half: float = 0.0
    is_down: bool = False
    port: int = 0
    dice: random.Random = field(default_factory=lambda: random.Random(7))
    was_cut: int = 0
    was_half: int = 0
    open: list[socket.socket] = field(default_factory=list)

    @contextmanager
    def listening(self) -> Iterator[Wire]:
        """Let connections through until the end of the `with`."""
        with socket.create_server(("127.0.0.1", self.port), backlog=128) as server:
            self.port = server.getsockname()[1]
            threading.Thread(target=self._accept, args=(server,), daemon=True).start()
            yield self
        self.go_down()

    def go_down(self) -> None:
        """Cut everybody off, and let nobody through any more."""
        self.is_down = True
        for one in self.open:
            _end(one)
        self.open.clear()

    def come_back(self) -> None:
        """Let connections through again."""
        self.is_down = False

    def _accept(self, server: socket.socket) -> None:
        while True:
            try:
                browser, _address = server.accept()
            except OSError:
                return
            if self.is_down:
                _end(browser)
                continue
            threading.Thread(target=self._pass_on, args=(browser,), daemon=True).start()

    def _pass_on(self, browser: socket.socket) -> None:
        try:
            site = socket.create_connection(("127.0.0.1", self.to), 20)
        except OSError:
            _end(browser)
            return
        self.open += [browser, site]
        lot = self.dice.random()
        cuts, halves = lot < self.cut, self.cut <= lot < self.cut + self.half
        back = threading.Thread(target=self._answered, args=(site, browser, cuts), daemon=True)
        back.start()
        self._asked(browser, site, halves)
        back.join()
        _end(browser)
        _end(site)

    def _asked(self, browser: socket.socket, site: socket.socket, halves: bool) -> None:
        with suppress(OSError):
            while data := browser.recv(CHUNK):
                time.sleep(self.delay)
                site.sendall(data)
                if halves and b"POST " in data:
                    self.was_half += 1
                    time.sleep(0.05)
                    site.shutdown(socket.SHUT_WR)
                    return
            site.shutdown(socket.SHUT_WR)

    def _answered(self, site: socket.socket, browser: socket.socket, cuts: bool) -> None:
        with suppress(OSError):
            while data := site.recv(CHUNK):
                time.sleep(self.delay)
                if cuts:
                    # The site has done what it was asked for, and whoever asked never learns of it.
                    self.was_cut += 1
                    browser.sendall(data[: len(data) // 3])
                    break
                browser.sendall(data)
        _end(browser)
        _end(site)


def _end(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
