"""Which files a toolkit takes: told by their first bytes, named by us, never opened."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from manyplaces.core.words import slug

LARGEST_FILE = 10_000_000
MOST_FILES = 200
# What was taken away can be put back for so long; then its files are deleted.
KEPT_FOR = timedelta(days=1)
LONGEST_STEM = 80
_OFFICE = "application/vnd.openxmlformats-officedocument."


@dataclass(frozen=True)
class FileKind:
    """One kind of file: the ending of its name, and what browsers are told it is."""

    ending: str
    content_type: str


_KINDS = {
    kind.ending: kind
    for kind in (
        FileKind("pdf", "application/pdf"),
        FileKind("png", "image/png"),
        FileKind("jpg", "image/jpeg"),
        FileKind("docx", f"{_OFFICE}wordprocessingml.document"),
        FileKind("xlsx", f"{_OFFICE}spreadsheetml.sheet"),
        FileKind("pptx", f"{_OFFICE}presentationml.presentation"),
        FileKind("odt", "application/vnd.oasis.opendocument.text"),
        FileKind("txt", "text/plain; charset=utf-8"),
        FileKind("csv", "text/csv; charset=utf-8"),
    )
}
TAKEN_FILES = tuple(_KINDS)
_BEGINNINGS = {"pdf": b"%PDF-", "png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff"}
# What a file of this kind has in the table of the archive that it is.
_INSIDE = {"docx": b"word/", "xlsx": b"xl/", "pptx": b"ppt/"}
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f]")
_ODT = b"mimetypeapplication/vnd.oasis.opendocument.text"


def kind_of_file(name: str, content: bytes) -> FileKind:
    """Return the kind of a file whose name and first bytes say the same; raises ValidationError with what to do."""
    ending = PurePath(name.replace("\\", "/")).suffix.lower().lstrip(".").replace("jpeg", "jpg")
    if ending not in _KINDS:
        sentence = _("Files of this kind are not taken. Give one of these: %(kinds)s.")
        raise ValidationError({"file": sentence % {"kinds": ", ".join(TAKEN_FILES)}})
    if not content:
        raise ValidationError({"file": _("This file is empty. Choose it once more.")})
    if len(content) > LARGEST_FILE:
        raise ValidationError({"file": _("This file is larger than 10 MB. Make it smaller, or give a link to it.")})
    if not _is(ending, content):
        sentence = _("This file is not what its name says (%(kind)s). Save it anew as %(kind)s, and choose it again.")
        raise ValidationError({"file": sentence % {"kind": ending}})
    if b"vbaProject.bin" in content:
        raise ValidationError({"file": _("This file has programs (macros) in it. Save it without them.")})
    return _KINDS[ending]


def safe_file_name(name: str, kind: FileKind) -> str:
    """Return the name under which a file is offered: plain letters, digits and hyphens, and the ending of its kind."""
    stem = PurePath(name.replace("\\", "/")).stem
    return f"{slug(stem, LONGEST_STEM)}.{kind.ending}"


def _is(ending: str, content: bytes) -> bool:
    if ending in _BEGINNINGS:
        return content.startswith(_BEGINNINGS[ending])
    if ending in _INSIDE:
        return content.startswith(b"PK\x03\x04") and b"[Content_Types].xml" in content and _INSIDE[ending] in content
    if ending == "odt":
        return content.startswith(b"PK\x03\x04") and content[30 : 30 + len(_ODT)] == _ODT
    return _is_text(content)


def _is_text(content: bytes) -> bool:
    """Tell whether bytes are text of ours: UTF-8 without control characters, and no page or picture in disguise."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return not text.lstrip().startswith("<") and not _CONTROLS.search(text)
