"""List the runtime packages with their licences, and write the licences into the list of parts (SBOM).

python tools/licences.py build/sbom.json
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.house.test_packages import COMPATIBLE, MOST_PACKAGES, asked_for, licence  # noqa: E402


def main(file: Path) -> int:
    """Complete the list; returns 1 where a licence does not go with ours or there are too many packages."""
    parts = json.loads(file.read_text())
    unfit = 0
    for part in parts["components"]:
        said = licence(part["name"])
        part["licenses"] = [{"license": {"id": said} if said in COMPATIBLE else {"name": said}}]
        unfit += said not in COMPATIBLE
        print(f"{part['name']:22} {part['version']:10} {said}")
    file.write_text(json.dumps(parts, indent=2, sort_keys=True) + "\n")
    many = len(asked_for())
    print(
        f"{many} packages of at most {MOST_PACKAGES} asked for, {len(parts['components'])} with what they bring along;"
    )
    print(f"{unfit} with a licence that does not fit.")
    return 1 if unfit or many > MOST_PACKAGES else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
