"""What a host may write to those who come, how often, and where such a message stands."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Sequence

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from manyplaces.core.refusals import NotNow
from manyplaces.core.words import clean_text

LONGEST_MESSAGE, LONGEST_ANSWER = 1_500, 500
# So long a message waits, in which its host can stop it.
STOPPABLE_FOR = datetime.timedelta(minutes=15)
# So many messages about one event; what its host stopped himself does not count, but is not tried without end.
MOST_A_DAY, MOST_IN_ALL, MOST_TRIED = 2, 5, 10
# More letters than this from one message go out only when a national coordinator has agreed.
MOST_LETTERS = 500
# So many answers somebody who comes sends to the host of one event.
MOST_ANSWERS = 3
_SCHEME = re.compile(r"\b(?!https?:)[a-z][a-z0-9+.-]{1,20}:(?=//)|\b(?:javascript|data|vbscript|file|mailto):", re.I)


class Stage(models.TextChoices):
    """Where a message stands."""

    REVIEW = "review", gettext_lazy("waits for a reviewer’s look")
    DUE = "due", gettext_lazy("waits 15 minutes, and can be stopped")
    SECOND = "second", gettext_lazy("waits for a coordinator’s yes, because very many get it")
    SENDING = "sending", gettext_lazy("is being written")
    SENT = "sent", gettext_lazy("has gone out")
    STOPPED = "stopped", gettext_lazy("stopped")
    DECLINED = "declined", gettext_lazy("not let through")


# From these something still goes out, unless it is stopped.
OPEN = (Stage.REVIEW, Stage.DUE, Stage.SECOND, Stage.SENDING)


def read_message(text: str, longest: int, own: Collection[str] = ()) -> str:
    """Return what somebody wrote to people whose address he does not see; raises ValidationError.

    `own` are addresses of his own, which must not stand in it: they would tell what the relay keeps.
    """
    read = clean_text(text, longest)
    if not read:
        raise ValidationError(_("Write something first."))
    if _SCHEME.search(read):
        raise ValidationError(_("Only links that begin with https:// or http:// can stand here."))
    if any(address and address.casefold() in read.casefold() for address in own):
        raise ValidationError(
            _("Your own e-mail address stands in the text. Take it out: answers reach you through us.")
        )
    return read


def require_in_limits(made: Sequence[tuple[str, datetime.datetime]], now: datetime.datetime) -> None:
    """Raise NotNow where so many messages (stage, when) were written about an event that no other may be."""
    day_ago = now - datetime.timedelta(days=1)
    counted = [at for stage, at in made if stage != Stage.STOPPED]
    if len(counted) >= MOST_IN_ALL:
        raise NotNow(_("You have written %(most)d times, and that is all for one event.") % {"most": MOST_IN_ALL})
    if sum(at > day_ago for at in counted) >= MOST_A_DAY:
        raise NotNow(_("You have written %(most)d times today. Write again tomorrow.") % {"most": MOST_A_DAY})
    if sum(at > day_ago for _stage, at in made) >= MOST_TRIED:
        raise NotNow(_("You have stopped very many messages today. Write again tomorrow."))
