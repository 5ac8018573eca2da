"""Who may add what was published, who looks at it before it is public, and what a link may answer."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from manyplaces.core.actor import Actor
from manyplaces.people.rules import Role, may

# Who adds and corrects media hits on the desk, each in his area; national coordinators do so everywhere.
KEEPERS = (Role.COORDINATOR.value, Role.PRESS.value)
# Who looks at what a host sent.
LOOKERS = (Role.REVIEWER.value, *KEEPERS)


class HitReview(models.TextChoices):
    """Where a media hit stands; only what is shown is public."""

    WAITING = "waiting", gettext_lazy("waits for a look")
    SHOWN = "shown", gettext_lazy("shown")
    KEPT_BACK = "kept back", gettext_lazy("kept back")
    TAKEN_DOWN = "taken down", gettext_lazy("taken down")


class Answer(models.TextChoices):
    """What a link answered when it was asked."""

    LIVE = "live", gettext_lazy("works")
    GONE = "gone", gettext_lazy("says that the page is not there")
    FAILED = "failed", gettext_lazy("does not answer")
    REFUSED = "refused", gettext_lazy("answers, and lets no program in")
    ROBOTS = "robots", gettext_lazy("asks programs to stay away")
    HOME = "home", gettext_lazy("leads to the front page")
    UNSAFE = "unsafe", gettext_lazy("leads where we do not go")


def require_role(by: Actor, *roles: str, action: str, state: str, city: str) -> None:
    """Raise PermissionDenied unless the actor has one of the roles in that area."""
    if not may(by, *roles, action=action, state=state, city=city):
        raise PermissionDenied(_("You do not have the right to do this. Ask a national coordinator for it."))
