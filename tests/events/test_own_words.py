"""Nobody writes to very many hosts in words that no second person has read."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from manyplaces.events.models import Commitment
from manyplaces.events.operations import commit_site, decide, deciding
from manyplaces.events.rules.hosting import HostContact
from manyplaces.mail.models import Letter
from tests.events.calling import october, wish

pytestmark = pytest.mark.django_db


def test_a_reviewer_asks_so_many_hosts_a_day_and_no_more(
    hana: Any, ruth: Any, nia: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deciding, "MOST_IN_OWN_WORDS", 3)
    action = october()
    for number in range(6):
        contact = HostContact("", f"host{number}@example.org", "", "en")
        commit_site(wish(action, venue=f"Park {number}"), contact=contact, by=hana)
    picks = list(Commitment.objects.order_by("pk").values_list("key", "version"))

    def asked() -> int:
        return Letter.objects.filter(kind="events.question").count()

    with pytest.raises(ValidationError) as refused:
        decide("ask", picks, reason="Go to evil.example", by=ruth)
    assert ("more than 3 letters in your words" in str(refused.value), asked()) == (True, 0)
    assert len(decide("ask", picks[:3], reason="Which gate?", by=ruth).done) == 3
    with pytest.raises(ValidationError):
        decide("ask", picks[3:4], reason="Which gate?", by=ruth)
    # Somebody else still may; and who declines forgeries, which nobody has proved, writes to nobody.
    assert len(decide("ask", picks[3:4], reason="Which gate?", by=nia).done) == 1
    assert (len(decide("decline", picks[4:], reason="No such place", by=ruth).done), asked()) == (2, 4)
