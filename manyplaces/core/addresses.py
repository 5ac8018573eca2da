"""Which addresses of the site are for the one who asks and nobody else, in either language."""

from __future__ import annotations

# Their pages reach Django with the cookie, and nobody keeps what comes back.
PERSONAL = ("/desk/", "/sign-in/", "/sign-out/", "/me/", "/host/", "/coming/", "/given/", "/first-run/")
# An address under these is a secret itself, or leads to one; and so is one with this in it, the link with which an
# organisation vouches.
LINKS = ("/host/", "/coming/", "/given/", "/letters/", "/t/", "/texts/")
VOUCHED = "/commit/with/"
SPANISH = "/es/"


def in_english(path: str) -> str:
    """Return the path of the English page for either language's path."""
    return path[len(SPANISH) - 1 :] if path.startswith(SPANISH) else path


def is_personal(path: str) -> bool:
    """Tell whether the page at this path is for the one who asks."""
    return in_english(path).startswith(PERSONAL) or VOUCHED in path


def is_link(path: str) -> bool:
    """Tell whether the address is a secret, so that not even the next page may learn it."""
    return in_english(path).startswith(LINKS) or VOUCHED in path


def without_secret(path: str) -> str:
    """Return a path as a log may have it: of an address that is a secret only the beginning."""
    if VOUCHED in path:
        return f"{path.partition(VOUCHED)[0]}{VOUCHED}..."
    known = next((start for start in LINKS if in_english(path).startswith(start)), None)
    return path if known is None else f"{known}..."
