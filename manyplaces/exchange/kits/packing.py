"""The press kit of an action, or of a city in it: what reporters may quote, with what it rests on, as one ZIP.

The same record makes the same bytes on the same day: no time of making stands in it.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import IO

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from manyplaces.core import fuzzydates
from manyplaces.core.pictures import picture_file
from manyplaces.core.shelves import Missing, Unreachable
from manyplaces.core.tables import write_rows
from manyplaces.exchange.exports import events
from manyplaces.exchange.exports.table import written
from manyplaces.exchange.queries import Kit
from manyplaces.front.shapes import addresses
from manyplaces.front.shapes.standing import at_place, people_range
from manyplaces.front.shapes.wording import event_words, figure_line
from manyplaces.record.models import Claim
from manyplaces.record.queries.standing import Standing
from manyplaces.reports.models import Report
from manyplaces.reports.queries.photos import ShownPhoto

NUMBERS = (
    *("about", "what", "phase", "in_words", "low", "high", "basis", "stated_by", "stated_at", "source_url", "disputed"),
)
QUOTES = ("site", "city", "state", "words", "language", "page")
PHOTOS = ("file", "seen", "seen_es", "credit", "consent", "site", "city", "state", "page")
CONTACTS = ("contact",)
OURS = "our own count"
# The very sentence of the pages.
BASIS = (
    "Our own count of what each site told us: one range a site, added up; a site without a number adds nothing. "
    "What others claim stands apart."
)
# The oldest day that a ZIP knows: when the kit was made is nobody's business.
LONG_AGO = (1980, 1, 1, 0, 0, 0)
LANGUAGES = {"en": "press-kit.txt", "es": "comunicado.txt"}


def pack(kit: Kit, out: IO[bytes]) -> bool:
    """Write the press kit as a ZIP; returns whether it is whole: a photo that cannot be reached now is left out."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        photos = {f"photos/{one.large.name}": one for one in kit.photos if _put_photo(packed, one)}
        for language, name in LANGUAGES.items():
            with translation.override(language):
                _put(packed, name, "\r\n".join(_text(kit, photos, language)).encode() + b"\r\n")
        _put(packed, "numbers.csv", _table(NUMBERS, _numbers(kit)))
        _put(packed, "sites.csv", written(events.table(kit.events)))
        _put(packed, "quotes.csv", _table(QUOTES, (_quote(report) for report in kit.quotes)))
        _put(packed, "photos.csv", _table(PHOTOS, (_photo_row(name, one) for name, one in photos.items())))
        _put(packed, "contacts.csv", _table(CONTACTS, ((line,) for line in kit.contacts)))
    return len(photos) == len(kit.photos)


def _put(packed: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, LONG_AGO)
    entry.external_attr = 0o644 << 16
    packed.writestr(entry, content, zipfile.ZIP_DEFLATED)


def _put_photo(packed: zipfile.ZipFile, photo: ShownPhoto) -> bool:
    """Put a photo in as it is; one that was taken down in this moment, or cannot be reached, is left out."""
    try:
        content = picture_file(photo.large.name)
    except (Missing, Unreachable):
        return False
    entry = zipfile.ZipInfo(f"photos/{photo.large.name}", LONG_AGO)
    entry.external_attr = 0o644 << 16
    packed.writestr(entry, content, zipfile.ZIP_STORED)
    return True


def _photo_row(name: str, photo: ShownPhoto) -> Sequence[object]:
    event = photo.event
    said = (photo.alt, photo.alt_es, photo.credit, photo.consent)
    return (name, *said, event_words(event), event.city.name, event.city.state, addresses.event(event.key, "en"))


def _table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    out = io.BytesIO()
    write_rows(out, header, rows)
    return out.getvalue()


def _numbers(kit: Kit) -> Iterable[Sequence[object]]:
    """Yield our own count, then every claim; what is ours and what others state never stand in one row."""
    found, at = kit.standing, kit.standing.at.isoformat() if kit.standing.at else ""
    basis = "what each site told us, one range a site, added up"
    counted = {
        "sites held": found.held,
        "sites that reported how many came": found.reported,
        "sites not reported yet": found.unreported,
        "sites still to come": found.committed,
        "sites cancelled": found.cancelled,
        "sites postponed": found.postponed,
    }
    for what, many in counted.items():
        yield (kit.about, what, "", str(many), many, many, "our own record", OURS, at, kit.page("en"), "")
    most = None if found.is_open else found.high
    words = people_range(found)
    yield (kit.about, "people", "held", words, found.low, most, basis, OURS, at, kit.page("en"), found.disputed or "")
    for claim in [*kit.claims, *kit.site_claims]:
        yield _claim_row(claim)


def _claim_row(claim: Claim) -> Sequence[object]:
    about = event_words(claim.event) if claim.event else str(claim.city or claim.action.name)
    at = claim.said_at.isoformat() if claim.said_at else claim.date_edtf
    stated = (claim.value_words, claim.low, claim.high, claim.basis, claim.claimant, at, claim.source_url)
    return (about, claim.metric_words, claim.phase, *stated, "yes" if claim.disputed else "")


def _quote(report: Report) -> Sequence[object]:
    event = report.event
    page = addresses.event(event.key, "en")
    return (event_words(event), event.city.name, event.city.state, report.happened, report.language, page)


def _text(kit: Kit, photos: Mapping[str, ShownPhoto], language: str) -> list[str]:
    """Return the kit in words, line by line."""
    name = kit.action.text("name", language)
    where = f"{kit.city.name}, {kit.city.state}" if kit.city else ""
    lines = [
        _("Press kit: %(name)s") % {"name": f"{name}, {where}" if where else name},
        fuzzydates.words(kit.action.date_edtf, language) if kit.action.date_edtf else "",
        kit.page(language),
        *_counted(kit.standing, kit.zone),
        *_claimed(kit, language),
        *_heading(_("What happened, in the words of the sites"), kit.quotes),
    ]
    for report in kit.quotes:
        lines += [
            "",
            f"“{report.happened}”",
            f"  {event_words(report.event)}, {addresses.event(report.event.key, language)}",
        ]
    lines += _heading(_("Photos that may be printed, with their credit"), photos)
    for name, photo in photos.items():
        lines += [
            "  " + " · ".join(filter(None, [name, photo.words(language)[0], photo.credit, event_words(photo.event)]))
        ]
    lines += [*_heading(_("Whom to ask"), kit.contacts), *(f"  {line}" for line in kit.contacts)]
    files = {
        "numbers.csv": _("every figure with its basis and its time"),
        "sites.csv": _("every site"),
        "quotes.csv": _("what sites said happened"),
        "photos.csv": _("what is seen on each photo, and who took it"),
        "contacts.csv": _("who agreed to be asked by the press"),
    }
    return [*lines, *_heading(_("In this kit"), files), *(f"  {name}: {words}" for name, words in files.items())]


def _heading(words: str, there: object) -> list[str]:
    return ["", "", words.upper(), "=" * len(words)] if there else []


def _counted(found: Standing, zone: str) -> list[str]:
    """Return what our own record counts, as a sentence to quote, and what it rests on."""
    reports = ngettext("%(num)s site report so far", "%(num)s site reports so far", found.reported)
    silent = ngettext("%(num)s site unreported", "%(num)s sites unreported", found.unreported)
    sentence = [
        reports % {"num": f"{found.reported:,}"},
        _("%(people)s people counted") % {"people": people_range(found)},
        silent % {"num": f"{found.unreported:,}"},
    ]
    further = {_("sites held"): found.held, _("still to come"): found.committed, _("cancelled"): found.cancelled}
    lines = [*_heading(_("What we counted ourselves"), True), ", ".join(sentence) + "."]
    lines += [" · ".join(f"{words}: {many:,}" for words, many in further.items())]
    lines.append(_(BASIS))
    if found.disputed:
        disputed = ngettext(
            "The figure of %(num)s site is disputed.", "The figures of %(num)s sites are disputed.", found.disputed
        )
        lines.append(disputed % {"num": f"{found.disputed:,}"})
    return [*lines, f"{_('Newest figure:')} {at_place(found.at, zone)}"] if found.at else lines


def _claimed(kit: Kit, language: str) -> list[str]:
    """Return what others claim: the range of each metric, and every claim with who states it and when."""
    lines = _heading(_("What others claim"), kit.claims)
    lines += [figure_line(figure) + (f" [{_('disputed')}]" if figure.is_disputed else "") for figure in kit.figures]
    for claim in kit.claims:
        at = at_place(claim.said_at, kit.zone) if claim.said_at else ""
        day = fuzzydates.words(claim.date_edtf, language) if claim.date_edtf else _("not given")
        said = f"“{claim.value_words}” ({claim.metric_words}, {claim.get_phase_display()})"
        by = [said, claim.claimant or _("the source"), at or day, claim.source_url]
        lines.append("  " + " · ".join(filter(None, by)) + (f" [{_('disputed')}]" if claim.disputed else ""))
    return [*lines, _("Each as it was stated; they are not added up.")] if kit.claims else lines
