"""The headers every answer carries: what a browser may do with our pages, and who else may read our public data."""

from __future__ import annotations

from urllib.parse import urlsplit

from manyplaces.core.addresses import is_link, is_personal

Headers = list[tuple[bytes, bytes]]

# Pages are stored and shared, so they carry no nonce; they have no inline code that would need one.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
        "report-uri /csp-reports",
    )
)
FILE_POLICY = b"default-src 'none'; sandbox"
CLOSED_FEATURES = ("camera", "microphone", "payment", "usb", "browsing-topics", "display-capture")
# Where somebody is a page of ours may ask for, at the press of a button: the pin of a place that has no address.
FEATURES = ", ".join([*(f"{feature}=()" for feature in CLOSED_FEATURES), "geolocation=(self)"])

ALWAYS: Headers = [
    (b"content-security-policy", POLICY.encode()),
    (b"strict-transport-security", b"max-age=31536000; includeSubDomains"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", FEATURES.encode()),
    (b"x-frame-options", b"DENY"),
]
FOR_PAGES: Headers = [*ALWAYS, (b"cross-origin-resource-policy", b"same-origin")]
FOR_DATA: Headers = [
    *ALWAYS,
    (b"cross-origin-resource-policy", b"cross-origin"),
    (b"access-control-allow-origin", b"*"),
]
# A page whose address is a secret, such as a host's private link, does not tell it even to the next page of our own.
FOR_LINKS: Headers = [(name, b"no-referrer" if name == b"referrer-policy" else value) for name, value in FOR_PAGES]
DATA_ENDINGS = (".json", ".csv", ".ics", ".atom")
OURS = frozenset(name for name, _ in FOR_DATA)


def allow_pictures_of(address: str) -> None:
    """Let pages show pictures of one more site, the tile server at `address`, if there is one; before all else."""
    if not address:
        return
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(address))
    policy = POLICY.replace("img-src 'self'", f"img-src 'self' {origin}").encode()
    for headers in (FOR_PAGES, FOR_LINKS):
        headers[:] = [(name, policy if name == b"content-security-policy" else value) for name, value in headers]


def security_headers(path: str, method: str = "GET") -> Headers:
    """Return the headers for an answer at `path`; public data may be read by other sites' scripts, pages may not."""
    if is_link(path):
        return FOR_LINKS
    if is_personal(path):
        return FOR_PAGES
    return FOR_DATA if path.endswith(DATA_ENDINGS) and method in ("GET", "HEAD") else FOR_PAGES


def is_stricter(header: tuple[bytes, bytes]) -> bool:
    """Tell whether a page itself may set this header of ours: one that tells nobody where a visitor came from."""
    return header == (b"referrer-policy", b"no-referrer")


def written(headers: Headers) -> bytes:
    """Return the headers as they go over the wire, without the empty line that ends them."""
    return b"".join(b"%b: %b\r\n" % header for header in headers)
