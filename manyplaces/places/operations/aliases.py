"""Names that people give a school of the registry."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.core.words import fold
from manyplaces.journal.operations import Kept, clean_texts, keep
from manyplaces.people.rules import Role, require
from manyplaces.places.models import School, SchoolAlias
from manyplaces.places.operations.words import WordIndex, words_of


@transaction.atomic
def learn_alias(school: School, text: str, *, by: Actor) -> Kept[SchoolAlias]:
    """Remember that people of the school's city mean it by this name; a name that stood for another moves over."""
    require(by, Role.COORDINATOR, Role.REVIEWER, state=school.state, city=school.city_slug)
    alias = SchoolAlias(school=school, text=text, state=school.state, city_slug=school.city_slug)
    clean_texts(alias)
    alias.folded = fold(alias.text)[:200]
    if not alias.folded:
        raise ValidationError({"text": _("The school needs a name with letters or digits in it.")})
    where = {"state": school.state, "city_slug": school.city_slug, "folded": alias.folded}
    stored = SchoolAlias.objects.select_for_update().filter(**where).first()
    former = stored.school if stored else None
    kept = keep(alias, stored, fields=("school",), by=by, unseen=True)
    if kept.outcome != "unchanged":
        changed = [each for each in (school, former) if each and (each is school or each.pk != school.pk)]
        for each in changed:
            each.also = "\n".join(each.aliases.order_by("pk").values_list("text", flat=True))
            each.words = words_of(each)
            each.save(update_fields=["also", "words"])
        WordIndex().write(changed)
        WordIndex().add_words(school.words)
    return kept
