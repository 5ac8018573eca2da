"""One of the processes that make an archive: follows the orders it reads, each answered with a line, until they end."""

from __future__ import annotations

import gc
import json
import logging
import os
import sys
from contextlib import suppress
from pathlib import Path

import django


def main(folder: Path, number: int, niceness: int) -> None:
    """Follow orders until there are no more."""
    os.nice(niceness)
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    # Whatever else is printed is no answer.
    os.dup2(2, 1)
    django.setup()
    from manyplaces.exchange.archive.rendering import Broken, Renderer

    logging.getLogger("django.request").setLevel(logging.ERROR)
    renderer = Renderer(folder, number)
    # What is here now stays, and pages leave few cycles behind: looking for them seldom saves a tenth of the time.
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    for line in sys.stdin:
        try:
            told = {"reply": renderer.do(json.loads(line))}
        except Broken as broken:
            told = {"broken": broken.address}
        except OSError as fault:
            told = {"errno": fault.errno, "strerror": fault.strerror}
        answers.write(json.dumps(told) + "\n")
        answers.flush()


if __name__ == "__main__":
    with suppress(BrokenPipeError, KeyboardInterrupt):
        main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
