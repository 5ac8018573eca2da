"""Files served as they are: from memory, for ever where the address names the content."""

from __future__ import annotations

from typing import Protocol

from manyplaces.gate.headers import security_headers
from manyplaces.gate.store import REVALIDATE, Page

FOR_EVER = b"public, max-age=31536000, immutable"


class Asset(Protocol):
    """A file: its path on the site, its content type, its bytes, and whether its path names its content."""

    @property
    def path(self) -> str: ...
    @property
    def content_type(self) -> str: ...
    @property
    def body(self) -> bytes: ...
    @property
    def immutable(self) -> bool: ...


def asset_page(asset: Asset) -> Page:
    """Return the file as a page that is right for ever; what may be kept without asking is said in its headers."""
    cache = FOR_EVER if asset.immutable else REVALIDATE
    fields = [(b"content-type", asset.content_type.encode()), (b"cache-control", cache)]
    page = Page([*fields, *security_headers(asset.path)], asset.body, None)
    for encoding in ("gzip", ""):
        page.make(encoding)
    return page
