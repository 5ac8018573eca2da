"""The toolkit and the papers as readers are offered them, what was changed meanwhile, and what lacks its Spanish."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from manyplaces.actions.models import Action, Material, MaterialVersion, PaperText
from manyplaces.actions.rules import Line, Paper, our_text, read_text
from manyplaces.core.models import Bilingual
from manyplaces.journal.models import Entry
from manyplaces.people.queries import Known, Part, holds, iso

_STORED = re.compile(r"[a-z0-9]{8,60}")


@dataclass(frozen=True)
class Piece:
    """One piece of the toolkit: its latest version in each language, the reader's first, and the older ones."""

    material: Material
    offers: list[MaterialVersion]
    older: list[MaterialVersion]


@dataclass(frozen=True)
class Change:
    """One field that somebody else changed: what stood there, what stands there now, who did it and when."""

    field: str
    who: str
    at: datetime.datetime
    base: Any
    now: Any


def toolkit(action: Action, language: str, *, all_pieces: bool = False) -> list[Piece]:
    """Return what is offered to hosts of the action; two queries.

    With `all_pieces` also those of which no version is left.
    """
    versions = MaterialVersion.objects.filter(withdrawn_at=None).order_by("-number")
    pieces = action.materials.filter(removed_at=None).order_by("position", "pk")
    found = []
    for material in pieces.prefetch_related(Prefetch("versions", versions)):
        latest: dict[str, MaterialVersion] = {}
        older = [one for one in material.versions.all() if latest.setdefault(one.language, one) is not one]
        if latest or all_pieces:
            offers = sorted(latest.values(), key=lambda version: version.language != language)
            found.append(Piece(material, offers, older))
    return found


def version_at(key: str, label: str, file_name: str) -> MaterialVersion | None:
    """Return the file that is offered at an address, with its piece and action; None where there is none (any more)."""
    language, _hyphen, number = label.partition("-")
    if not number.isdigit() or len(number) > 4:
        return None
    offered = MaterialVersion.objects.filter(withdrawn_at=None, material__removed_at=None)
    found = offered.select_related("material__action").filter(
        material__key=key, language=language, number=int(number), file_name=file_name
    )
    return found.exclude(stored_as="").first()


def content_of(version: MaterialVersion) -> bytes | None:
    """Return the bytes of a file; None where the data folder has lost it."""
    if not _STORED.fullmatch(version.stored_as):
        return None
    try:
        return (Path(settings.MEDIA_FOLDER) / "toolkit" / version.stored_as).read_bytes()
    except OSError:
        return None


def own_texts(action: Action) -> dict[tuple[str, str], str]:
    """Return the coalition's own words on papers, by paper and language; one query."""
    rows = PaperText.objects.filter(action=action).order_by("pk")
    return {(row.paper, row.language): row.text for row in rows}


def paper_lines(action: Action, language: str) -> dict[Paper, list[Line]]:
    """Return what is printed on each paper of an action in a language: its own words, or ours; one query."""
    own = own_texts(action)
    return {paper: read_text(own.get((paper, language)) or our_text(paper, language), paper) for paper in Paper}


def changes_since(action: Action, version: int) -> list[Change]:
    """Return what was changed since a version was shown, a line for each field, the latest change of it; one query."""
    about = Entry.objects.filter(subject_kind="actions.action", subject_id=action.pk, before__version__gte=version)
    found: dict[str, Change] = {}
    for entry in about.order_by("pk"):
        for name, value in (entry.before or {}).items():
            base = found[name].base if name in found else _typed(name, value)
            found[name] = Change(name, entry.actor, entry.at, base, getattr(action, name, None))
    return [change for change in found.values() if change.base != change.now]


def was_changed(action: Action, version: int, about: str) -> bool:
    """Tell whether something that belongs to the action, such as its "parts", was changed since a version was shown."""
    verb, shown = f"action.{about}_changed", {"before__version__gte": version}
    since = Entry.objects.filter(subject_kind="actions.action", subject_id=action.pk, verb=verb, **shown)
    return version > action.version or since.exists()


def _typed(name: str, value: Any) -> Any:
    """Return a value of the journal as the field has it: a moment instead of its text."""
    field = next((field for field in Action._meta.concrete_fields if field.name == name), None)
    return field.to_python(value) if field else value


def untranslated(action: Action) -> list[tuple[str, str]]:
    """Return each text that Spanish readers would get in English, or in our words: what it belongs to, and its field.

    Five queries.
    """
    texts = ("name", "date_note", "frame", "guidelines", "rights", "safety", "bring", "summary", "time_words")
    rows: list[tuple[str, Bilingual, tuple[str, ...]]] = [("", action, texts)]
    rows += [(part.name, part, ("name", "summary")) for part in action.parts.order_by("pk")]
    rows += [(demand.description, demand, ("description",)) for demand in action.demands.order_by("pk")]
    pieces = toolkit(action, "es")
    rows += [(piece.material.name, piece.material, ("name",)) for piece in pieces]
    found = [
        (owner, field)
        for owner, row, fields in rows
        for field in fields
        if getattr(row, field) and not getattr(row, f"{field}_es")
    ]
    own = own_texts(action)
    papers = [(str(paper.label), "paper") for paper in Paper if (paper, "en") in own and (paper, "es") not in own]
    return found + [(piece.material.name, "file") for piece in pieces if piece.offers[0].language != "es"] + papers


@holds
def toolkit_versions(known: Known) -> Part:
    """The files and links that somebody put into toolkits."""
    rows = MaterialVersion.objects.filter(made_by__in=known.names).select_related("material__action")
    return Part(
        _("Files and links that you put into toolkits"),
        rows.order_by("pk"),
        lambda row: {"action": row.material.action.slug, "piece": row.material.name, "made_at": iso(row.made_at)},
    )
