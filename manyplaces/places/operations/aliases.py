"""Names that people give a school of the registry."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.core.words import fold
from manyplaces.journal.operations import Kept, clean_texts, keep, record
from manyplaces.people.rules import Role, may, require
from manyplaces.places.models import School, SchoolAlias
from manyplaces.places.operations.words import WordIndex, words_of

WHO = (Role.COORDINATOR, Role.REVIEWER)


@transaction.atomic
def learn_alias(
    school: School, text: str, *, state: str = "", city_slug: str = "", action: str = "", by: Actor
) -> Kept[SchoolAlias]:
    """Remember that people of a city mean the school by this name; a name that stood for another moves over.

    The city is that of whoever wrote the name (`state`, `city_slug`), where he has a right to speak for it, and else
    the school's own. `action` is the one in which it was learned, for those whose right is bound to it.
    """
    require(by, *WHO, action=action, state=school.state, city=school.city_slug)
    if not (state and city_slug and may(by, *WHO, action=action, state=state, city=city_slug)):
        state, city_slug = school.state, school.city_slug
    alias = SchoolAlias(school=school, text=text, state=state, city_slug=city_slug)
    clean_texts(alias)
    alias.folded = fold(alias.text)[:200]
    if not alias.folded:
        raise ValidationError({"text": _("The school needs a name with letters or digits in it.")})
    stored = (
        SchoolAlias.objects.select_for_update().filter(state=state, city_slug=city_slug, folded=alias.folded).first()
    )
    former = stored.school if stored else None
    kept = keep(alias, stored, fields=("school",), by=by, unseen=True)
    if kept.outcome != "unchanged":
        _find_anew([school, *([former] if former and former.pk != school.pk else [])])
        WordIndex().add_words(school.words)
    return kept


@transaction.atomic
def forget_alias(alias: SchoolAlias, *, action: str = "", by: Actor) -> None:
    """Forget that a school is meant by this name; the next list asks again."""
    school = alias.school
    require(by, *WHO, action=action, state=school.state, city=school.city_slug)
    record(by, "schoolalias.forgotten", alias, before={"school_id": school.pk}, unseen=True)
    alias.delete()
    _find_anew([school])


def _find_anew(schools: list[School]) -> None:
    """Write the names of schools into the words by which they are found."""
    for school in schools:
        school.also = "\n".join(school.aliases.order_by("pk").values_list("text", flat=True))
        school.words = words_of(school)
        school.full_clean(validate_unique=False, validate_constraints=False)
        school.save(update_fields=["also", "words"])
    WordIndex().write(schools)
