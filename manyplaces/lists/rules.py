"""What a list may say of a site, by which words a column is known, and where a list and its rows stand."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from manyplaces.core.actor import Actor
from manyplaces.core.words import fold
from manyplaces.people.rules import Role, has_role, may

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

MOST_ROWS = 10_000
# What can be said once for all rows that do not say it themselves.
WHOLE = ("city_name", "state", "date_words", "time_words", "spoken_words")
# What people must not lose is kept sealed for so long: the file, and the contacts of rows that nobody committed.
CONTACTS_KEPT = timedelta(days=30)
LONGEST_NAME = 200
UNDO_WITHIN = timedelta(hours=24)
# Longer lists are matched, committed and undone in the background, with their progress on the page.
AT_ONCE = 150


class Stage(models.TextChoices):
    """How far a list has come."""

    COLUMNS = "columns", _("its columns must be named")
    MATCHING = "matching", _("is being matched")
    ASKING = "asking", _("waits for you")
    COMMITTING = "committing", _("is being committed")
    COMMITTED = "committed", _("committed")
    UNDOING = "undoing", _("is being undone")
    UNDONE = "undone", _("undone")


# Where a list is when its rows can be answered, corrected and committed.
OPEN = (Stage.ASKING, Stage.COMMITTED, Stage.UNDONE)


class Verdict(models.TextChoices):
    """What became of one row when it was matched."""

    CERTAIN = "certain", _("found")
    UNSURE = "unsure", _("please say which")
    UNKNOWN = "unknown", _("not in the registry")
    DOUBLE = "double", _("already there")
    REFUSED = "refused", _("cannot be taken")


class Answer(models.TextChoices):
    """What the coordinator said about a row."""

    NONE = "", _("no answer yet")
    SCHOOL = "school", _("this school")
    OWN = "own", _("not in the registry, take it as written")
    SKIP = "skip", _("leave it out")


class Reason(models.TextChoices):
    """Why a row is refused, a double or worth a look: said in the reader's language, with the row's own facts."""

    WORDS = "words", "%(text)s"
    NO_NAME = "no_name", _("There is no name in this row.")
    NO_PLACE = "no_place", _("No school of this name was found. Say in which city and state it is.")
    OUTSIDE = "outside", _("This lies outside the area you coordinate.")
    ELSEWHERE = "elsewhere", _("Schools with such a name lie outside the area you coordinate.")
    NO_SUCH = "no_such", _("There is no school with this number. Choose another answer.")
    NO_DAY = "no_day", _("Say on which day: this action has more than one. Correct the row, or give a day for all.")
    BAD_DAY = "bad_day", _("“%(words)s” is no day that we can take. Check the year, and write it like October 6, 2027.")
    TACTIC = "tactic", _("“%(words)s” is no tactic of this action. Correct it, or leave it empty.")
    LANGUAGE = "language", _("“%(words)s” is no language that we know. Correct it, or write “another language”.")
    BLOCKED = "blocked", _("It has words or a link that reviewers have blocked. Take them out of the row.")
    LINE = "line", _("The same as line %(line)s.")
    THERE = "there", _("It is in this action already.")
    THROUGH = "through", _("It is in this action already, through %(name)s.")
    A_LIST = "a_list", _("It is in this action already, through a list.")
    WAITS = (
        "waits",
        _("Somebody else has offered this school and waits for review. This row is committed all the same."),
    )


def reason_words(reason: str, facts: Mapping[str, object]) -> str:
    """Return the sentence of a reason; one that came from another room is kept in English and said in the reader's."""
    if not reason:
        return ""
    if reason == Reason.WORDS:
        return gettext(str(facts.get("text", "")))
    return str(Reason(reason).label) % facts


@dataclass(frozen=True)
class Field:
    """Something a list may say of a site: our name for it, what people call it, and the headings it is known by."""

    name: str
    label: StrOrPromise
    headings: tuple[str, ...]


FIELDS = (
    Field("school", _("School or place"), (
        "school", "school name", "name of school", "site", "site name", "venue", "place", "location", "name", "campus",
        "escuela", "nombre de la escuela", "lugar", "plantel", "nombre",
    )),
    Field("number", _("Registry number (NCES)"), (
        "registry number", "nces", "nces id", "ncessch", "nces number", "nces school id", "school id",
        "numero de registro",
    )),
    Field("city", _("City"), ("city", "town", "municipality", "ciudad", "city town", "pueblo")),
    Field("state", _("State"), ("state", "st", "estado", "state abbreviation")),
    Field("district", _("District"), ("district", "school district", "distrito", "lea name")),
    Field("address", _("Address"), ("address", "street", "street address", "direccion", "calle")),
    Field("date", _("Date"), ("date", "day", "event date", "fecha", "dia")),
    Field("time", _("Time"), ("time", "start", "start time", "time local", "hora", "hora de inicio", "when")),
    Field("tactic", _("Tactic"), ("tactic", "type", "action type", "event type", "what", "tipo", "forma")),
    Field("hosts", _("Host organisation"), (
        "host", "hosts", "organization", "organisation", "group", "local", "union", "organizacion", "grupo",
        "sindicato",
    )),
    Field("contact", _("Contact’s name"), (
        "contact", "contact name", "coordinator", "site coordinator", "lead", "captain", "contacto", "responsable",
    )),
    Field("email", _("Contact’s e-mail"), (
        "email", "e mail", "contact email", "email address", "correo", "correo electronico",
    )),
    Field("phone", _("Contact’s phone"), (
        "phone", "cell", "mobile", "contact phone", "telephone", "telefono", "celular",
    )),
    Field("language", _("Contact’s language"), ("language", "lang", "idioma", "lengua")),
    Field("expected", _("How many are expected"), (
        "expected", "expected number", "goal", "estimate", "how many", "cuantos",
    )),
    Field("posters", _("Posters"), ("posters", "carteles")),
    Field("stickers", _("Stickers"), ("stickers", "calcomanias")),
    Field("spoken", _("Languages spoken"), (
        "languages", "languages spoken", "spoken languages", "idiomas", "idiomas que se hablan", "lenguas",
    )),
    Field("access", _("Accessibility"), ("accessibility", "access", "accesibilidad", "acceso")),
    Field("safety", _("About safety"), ("safety", "about safety", "seguridad")),
    Field("capacity", _("Room for how many"), ("capacity", "room for", "room for how many", "capacidad", "cupo")),
    Field("note", _("For those who come"), ("note", "notes", "comments", "details", "notas", "comentarios")),
)  # fmt: skip


def guessed_columns(header: Iterable[str]) -> dict[str, str]:
    """Return which column stands for which field, by the words of its heading: {"school": "name of school"}."""
    folded = {fold(heading): heading for heading in header}
    found: dict[str, str] = {}
    for field in FIELDS:
        known = next((folded[words] for words in field.headings if words in folded), None)
        if known is not None and known not in found.values():
            found[field.name] = known
    return found


def signature(header: Iterable[str]) -> str:
    """Return what two files with the same headings share, whatever their order, so that a mapping is remembered."""
    return hashlib.sha256("\n".join(sorted(fold(heading) for heading in header)).encode()).hexdigest()


def remembered(columns: Mapping[str, str], header: Iterable[str]) -> dict[str, str]:
    """Return a kept mapping, which has folded headings, in the words of this file's own headings."""
    own = {fold(heading): heading for heading in header}
    return {field: own[fold(column)] for field, column in columns.items() if fold(column) in own}


def named(columns: Mapping[str, str], cells: Mapping[str, str]) -> dict[str, str]:
    """Return a row of a file under our names; every field is there, empty where the file has none."""
    return {field.name: " ".join(cells.get(columns.get(field.name, ""), "").split()) for field in FIELDS}


def require_coordinator(by: Actor) -> None:
    """Raise PermissionDenied for whoever coordinates nothing at all; where he may commit is asked row by row."""
    if not has_role(by, Role.COORDINATOR):
        raise PermissionDenied(gettext("Lists are brought in by coordinators. Ask one of them."))


def require_own(by: Actor, person: int) -> None:
    """Raise PermissionDenied unless a coordinator acts on a list of his own (his key), or a national coordinator."""
    require_coordinator(by)
    if by.person != person and not may(by):
        raise PermissionDenied(gettext("This list is somebody else’s. Ask a national coordinator."))


def may_commit(by: Actor, action: str, state: str, city_slug: str) -> bool:
    """Tell whether somebody coordinates there, for the action of this short name."""
    return may(by, Role.COORDINATOR, action=action, state=state, city=city_slug)
