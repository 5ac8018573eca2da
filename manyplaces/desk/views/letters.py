"""Letters on the desk: how many are owed, which could not be delivered, and sending one again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from manyplaces.core.refusals import NotNow, in_words
from manyplaces.mail.models import Letter
from manyplaces.mail.operations import send_again
from manyplaces.mail.queries import outbox, unsettled_letters
from manyplaces.people.guard import for_nationals


@for_nationals
def letters(request: Any) -> HttpResponse:
    """What is owed and what failed; never to whom, and never what is written."""
    if request.method == "POST":
        letter = get_object_or_404(Letter, uid=request.POST.get("letter", ""))
        try:
            send_again(letter, by=request.actor)
            messages.success(request, _("The letter will be tried again."))
        except (NotNow, PermissionDenied) as refusal:
            messages.error(request, in_words(refusal))
        return redirect("desk:letters")
    return render(request, "desk/letters.html", {"outbox": outbox(), "letters": unsettled_letters()})
