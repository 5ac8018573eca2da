"""What lies beyond the site: pages that media hits link to, the archive that dead links lead to, streets on the map."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from manyplaces.config.environment.ways_out import Unsafe


def read_own_network(values: Mapping[str, str]) -> tuple[str, ...]:
    """Return the addresses of his own network that may be asked, each with its port; raises Unsafe."""
    found = values["MANYPLACES_LINKS_OWN"].split()
    for one in found:
        host, _colon, port = one.rpartition(":")
        try:
            ipaddress.ip_address(host)
            good = 0 < int(port) < 65536
        except ValueError:
            good = False
        if not good:
            raise Unsafe(f"MANYPLACES_LINKS_OWN has “{one}”; give addresses with a port, such as 10.0.0.5:80.")
    return tuple(found)


def read_web_archive(values: Mapping[str, str]) -> str:
    """Return what stands before date and link in the addresses of a web archive, empty for none; raises Unsafe."""
    given = values["MANYPLACES_WEB_ARCHIVE"]
    if given and not re.fullmatch(r"https://[\w.-]+(:\d{1,5})?/[\w./~-]*", given, re.ASCII):
        raise Unsafe(f"MANYPLACES_WEB_ARCHIVE is “{given}”; give an address such as https://web.archive.org/web/.")
    return given and given.rstrip("/") + "/"


def read_links(values: Mapping[str, str], links: bool, captures: bool) -> dict[str, Any]:
    """Return the settings of links by name; raises Unsafe, also where copies are wanted of what is never asked for."""
    if captures and not links:
        raise Unsafe("MANYPLACES_CAPTURES is set and MANYPLACES_LINKS is not; set both, or neither.")
    own, archive = read_own_network(values), read_web_archive(values)
    return {"links": links, "captures": captures, "links_own": own, "web_archive": archive}


def read_tiles(values: Mapping[str, str]) -> str:
    """The address becomes part of the policy of every page, so nothing may stand in it that has a meaning there."""
    address = values["MANYPLACES_TILES"]
    plain = re.fullmatch(r"(https://|http://(127\.0\.0\.1|localhost)[:/])[\w.:/{}@?&=%~-]+", address, re.ASCII)
    if address and not (plain and all(part in urlsplit(address).path for part in ("{z}", "{x}", "{y}"))):
        raise Unsafe(f"MANYPLACES_TILES is “{address}”; give https://tiles.example.org/{{z}}/{{x}}/{{y}}.png.")
    return address
