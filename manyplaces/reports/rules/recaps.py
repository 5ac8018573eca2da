"""The recap of an action: how far it has come, and who may let everybody read it."""

from __future__ import annotations

import datetime

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

LONGEST_RECAP = 20_000
MOST_PICTURES, MOST_HITS = 24, 12
# Where nobody else can look at it: so long it can be stopped before it is public.
ALONE = datetime.timedelta(hours=24)


class RecapState(models.TextChoices):
    """How far a recap has come."""

    DRAFT = "draft", gettext_lazy("draft")
    WAITING = "waiting", gettext_lazy("waits for a second pair of eyes")
    PUBLIC = "public", gettext_lazy("public")


def why_not_publish(
    state: str, handed_in_at: datetime.datetime | None, now: datetime.datetime, *, is_own: bool, others: bool
) -> str:
    """Return in a sentence why somebody cannot publish a recap now, empty where he can.

    `is_own` says that he changed it last, `others` that there is, or was when it was handed in, somebody else to ask.
    """
    if state == RecapState.PUBLIC:
        return _("This recap is public already.")
    if state != RecapState.WAITING or handed_in_at is None:
        return _("This recap is a draft. Whoever writes it hands it in first.")
    if is_own and others:
        return _("You wrote this last. Somebody else has to look at it and publish it.")
    if is_own and now < handed_in_at + ALONE:
        return _("You are the only national coordinator. You can publish it 24 hours after it was handed in.")
    return ""
