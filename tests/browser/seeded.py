"""A served site in which every part of an address is, for the tests that look at all pages of the desk."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tests.browser.conftest import Site
from tests.browser.serving import run

SEED = "import tests.browser.seeding"
SIGN_IN = """
import django; django.setup()
import json
from manyplaces.people.guard import cookie_name, session_cookie
from manyplaces.people.models import RoleGrant
from tests.signing import new_session
national = RoleGrant.objects.filter(role="national").select_related("person")[0].person
print(json.dumps([cookie_name(), session_cookie(new_session(national))]))
"""


@dataclass(frozen=True)
class Seeded:
    """The site, and the words of `tests/rights` in its addresses."""

    site: Site
    words: dict[str, str]

    def sign_in(self) -> Any:
        """Sign a national coordinator in and return the cookie: a session that nobody uses ends after half an hour."""
        name, value = json.loads(run(self.site, SIGN_IN))
        return {"name": name, "value": value, "url": self.site.url}

    def prove_presence(self) -> None:
        """Let who is signed in have proved to be present just now: sensitive steps ask anew after five minutes."""
        self.site.change("UPDATE people_session SET proved_at = CURRENT_TIMESTAMP")


def seed(site: Site) -> Seeded:
    """Fill the record of a site that has just begun."""
    return Seeded(site, json.loads(run(site, SEED)))
