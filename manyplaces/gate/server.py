"""One web process: uvicorn with our wire and our gate on a socket that several processes share."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import uvicorn

from manyplaces.gate.entry import Gate
from manyplaces.gate.protocol import KEPT_OPEN, GateProtocol

BACKLOG = 2048
SPARE_FILES = 200


class WebProcess(uvicorn.Server):
    """Ends on SIGTERM and when the process that started it is gone; Ctrl-C is the starter's business."""

    def __init__(self, config: uvicorn.Config, lifeline: int) -> None:
        """`lifeline` is the reading end of a pipe that only the starter holds open for writing."""
        super().__init__(config)
        self.lifeline = lifeline

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take SIGTERM as the wish to end."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, self._end)
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to accept, and to listen for the starter's death."""
        await super().startup(sockets)
        # Nobody ever writes into the pipe: it becomes readable when its other end is closed, even by kill -9.
        asyncio.get_running_loop().add_reader(self.lifeline, self._orphaned)

    def _end(self, number: int, frame: FrameType | None) -> None:
        self.should_exit = True

    def _orphaned(self) -> None:
        asyncio.get_running_loop().remove_reader(self.lifeline)
        self.should_exit = True


def serve(gate: Gate, listener: socket.socket, lifeline: int) -> None:
    """Serve until told to end; connections under way get three seconds."""
    gate.most_connections = max(64, raise_file_limit() - SPARE_FILES)
    config = uvicorn.Config(
        gate,
        http=GateProtocol,
        ws="none",
        loop="auto",
        lifespan="on",
        interface="asgi3",
        log_config=None,
        access_log=False,
        server_header=False,
        # The address of whoever asks is of no interest, so nobody needs to be believed about it.
        proxy_headers=False,
        timeout_keep_alive=int(KEPT_OPEN),
        timeout_graceful_shutdown=3,
        backlog=BACKLOG,
    )
    WebProcess(config, lifeline).run(sockets=[listener])


def raise_file_limit() -> int:
    """Allow this process as many open connections as the system does; returns how many files it may open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 65_536 if hard == resource.RLIM_INFINITY else min(hard, 65_536)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    return wanted if soft == resource.RLIM_INFINITY else soft


def bind(host: str, port: int) -> socket.socket:
    """Return a listening socket; raises OSError where the port is taken or the address is not ours."""
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name == "posix":
            # A port that our last run has just left is free; one where somebody listens stays taken.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener
