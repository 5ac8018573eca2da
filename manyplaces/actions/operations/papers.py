"""What a coalition writes on its papers: its own words, or ours again."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction

from manyplaces.actions.models import Action, PaperText
from manyplaces.actions.operations.listing import is_draft, keep_belonging, locked, raise_version
from manyplaces.actions.rules import Paper, our_text
from manyplaces.core.actor import Actor
from manyplaces.core.models import one
from manyplaces.journal.operations import Kept, clean_texts, record

FIELDS = ("text",)
ABOUT = "papers"


@transaction.atomic
def write_paper(
    action: Action, paper: Paper, texts: Mapping[str, str], *, version: int | None = None, by: Actor
) -> int:
    """Put the coalition's own words on a paper of an action, by language; returns in how many languages they changed.

    Words that are ours become ours again. Raises ValidationError by language for an empty or too long text and for a
    name in braces that stands for nothing; with the `version` of the action that was shown, NotNow where its papers
    were changed since.
    """
    locked(action.pk, by, version=version, about=ABOUT)
    changed, wrong = 0, {}
    for language, text in texts.items():
        row = PaperText(action=action, paper=paper, language=language, text=text)
        try:
            changed += set_paper_text(row, by=by).outcome != "unchanged"
        except ValidationError as refusal:
            wrong[language] = refusal.messages
    if wrong:
        raise ValidationError(wrong)
    return changed


@transaction.atomic
def set_paper_text(text: PaperText, *, by: Actor) -> Kept[PaperText]:
    """Put the coalition's own words on a paper in one language; where these are ours, none of its own are kept."""
    action = locked(text.action_id, by)
    clean_texts(text)
    stored = _stored(text)
    if text.text != our_text(Paper(text.paper), text.language):
        return keep_belonging(text, stored, fields=FIELDS, action=action, about=ABOUT, by=by)
    if stored is None:
        return Kept(text, "unchanged")
    remove_paper_text(stored, by=by)
    return Kept(text, "changed")


@transaction.atomic
def remove_paper_text(text: PaperText, *, version: int | None = None, by: Actor) -> None:
    """Go back to our words on a paper; what the coalition wrote stays in the journal.

    With the `version` of the action that was shown, raises NotNow where its papers were changed since.
    """
    action = locked(text.action_id, by, version=version, about=ABOUT)
    stored = _stored(text)
    if stored is None:
        return  # The same button, pressed twice.
    stored.full_clean(exclude=["action"], validate_unique=False, validate_constraints=False)
    before = {"paper": stored.paper, "language": stored.language, "text": stored.text, "action": action.slug}
    record(by, "papertext.removed", stored, before=before, unseen=is_draft(action))
    raise_version(action, ABOUT, by=by)
    stored.delete()


def _stored(text: PaperText) -> PaperText | None:
    known = PaperText.objects.filter(action=text.action_id, paper=text.paper, language=text.language)
    return one(known)
