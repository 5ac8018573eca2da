"""Make the pictures of the main pages in docs/pictures: wide and narrow, English and Spanish, from the sample record.

Run it with the environment of ./test: .venv/bin/python tools/pictures.py. It starts a site of its own on a free port
and ends it. The page of 1,307 events is only made where ../shared/data/walkouts_2018.csv lies beside the checkout.
"""

from __future__ import annotations

import io
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, FloatRect, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "pictures"
COMMAND = [sys.executable, "-m", "manyplaces"]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
WALKOUTS = ROOT.parent / "shared" / "data" / "walkouts_2018.csv"
MAPPING = ROOT / "manyplaces" / "sample" / "walkouts_2018.toml"
START_SECONDS = 120
WIDE, NARROW = 1280, 360
LONGEST = {WIDE: 1900, NARROW: 1500}  # pixels; what is further down a page looks like what is above
COLOURS = 96


@dataclass(frozen=True)
class Picture:
    """One picture: the name of its file, the address of the page, and how wide the window is."""

    name: str
    path: str
    width: int


PICTURES = (
    Picture("home", "/", WIDE),
    Picture("home-phone", "/", NARROW),
    Picture("home-spanish", "/es/", WIDE),
    Picture("action", "/actions/feb2016/", WIDE),
    Picture("action-spanish-phone", "/es/actions/may2017/", NARROW),
    Picture("numbers", "/actions/feb2016/numbers/", WIDE),
    Picture("numbers-spanish-phone", "/es/actions/feb2016/numbers/", NARROW),
    Picture("city", "/actions/feb2016/il/chicago/", WIDE),
    Picture("city-spanish-phone", "/es/actions/feb2016/il/chicago/", NARROW),
    Picture("media-spanish", "/es/actions/feb2016/media/", WIDE),
    Picture("media-phone", "/actions/may2014/media/", NARROW),
    Picture("event-phone", "/events/LA038/", NARROW),
    Picture("place", "/places/auer-avenue-elementary-school-milwaukee-wi/", WIDE),
)
LARGE = (Picture("action-1307-events", "/actions/walkout-mar-2018/", WIDE),)


@contextmanager
def site() -> Iterator[tuple[str, dict[str, str]]]:
    """Serve the sample record for as long as the `with` lasts; gives its address and its environment."""
    with tempfile.TemporaryDirectory(prefix="manyplaces-pictures-") as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        settings = {name: value for name, value in os.environ.items() if not name.startswith("MANYPLACES_")}
        settings |= {"MANYPLACES_DATA": f"{folder}/data", "PORT": str(port), "MANYPLACES_PROCESSES": "1"}
        settings.pop("DATABASE_URL", None)
        with (Path(folder) / "said").open("wb") as said:
            process = subprocess.Popen([*COMMAND, "up"], cwd=ROOT, env=settings, stdout=said, stderr=said)
        try:
            wait_for(f"http://127.0.0.1:{port}/", process)
            yield f"http://127.0.0.1:{port}", settings
        finally:
            process.terminate()
            process.wait(20)


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until the site answers; ends the command with a sentence where it does not."""
    began = time.monotonic()
    while process.poll() is None and time.monotonic() - began < START_SECONDS:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    sys.exit("The site did not start, so there are no pictures. Try ./run to see why.")


def take(browser: Browser, url: str, picture: Picture) -> int:
    """Make one picture; returns its size in bytes."""
    page = browser.new_page(viewport={"width": picture.width, "height": 900}, reduced_motion="reduce")
    page.goto(url + picture.path, wait_until="networkidle")
    page.evaluate("document.fonts.ready")
    height = min(LONGEST[picture.width], page.evaluate("document.documentElement.scrollHeight"))
    clip = FloatRect(x=0, y=0, width=picture.width, height=height)
    taken = page.screenshot(full_page=True, clip=clip)
    page.close()
    colours = Image.open(io.BytesIO(taken)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    target = FOLDER / f"{picture.name}.png"
    colours.save(target, optimize=True)
    return target.stat().st_size


def main() -> None:
    """Make every picture and say how large each is."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with site() as (url, settings), sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for picture in PICTURES:
            print(f"{take(browser, url, picture):>8,} {picture.name}", flush=True)
        if WALKOUTS.exists():
            given = [*COMMAND, "import", "events", str(WALKOUTS), "--mapping", str(MAPPING)]
            subprocess.run(given, cwd=ROOT, env=settings, check=True, stdout=subprocess.DEVNULL)
            for picture in LARGE:
                print(f"{take(browser, url, picture):>8,} {picture.name}", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
