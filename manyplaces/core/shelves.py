"""Where the files of pictures lie: the data folder, or a store of the operator's that speaks S3.

Only pictures in which everything is covered come here; an upload never does. Browsers are always answered by the site
itself, so that nobody but the site asks the store for anything.
"""

from __future__ import annotations

import os
import re
from collections.abc import Hashable, Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from django.conf import settings

if TYPE_CHECKING:
    from obstore.store import S3Store

NAME = re.compile(r"[a-z0-9]{1,40}-[a-z]{1,10}\.(?:jpg|webp)")
CONTENT_TYPES = {".jpg": "image/jpeg", ".webp": "image/webp"}


class Missing(Exception):
    """There is no such file."""


class Unreachable(Exception):
    """The store does not answer, or does not do what it is asked; what was meant to happen is tried again later."""


class Shelf(Protocol):
    """What a place for files can do; names are those of core.pictures."""

    def put(self, file: Path) -> None:
        """Take a file under its own name, whole or not at all; it is kept for good when this returns."""
        ...

    def read(self, name: str) -> bytes:
        """Return what lies there; raises Missing and Unreachable."""
        ...

    def delete(self, name: str) -> None:
        """Let a file be gone, also one that was not there; raises Unreachable."""
        ...

    def names(self) -> Iterator[tuple[str, datetime]]:
        """Yield every file, with when it was put there; raises Unreachable."""
        ...


class Store(Protocol):
    """What the operator has set."""

    @property
    def bucket(self) -> str: ...
    @property
    def prefix(self) -> str: ...
    @property
    def endpoint(self) -> str: ...
    @property
    def region(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def secret(self) -> str: ...


class Folder:
    """A folder on this machine's disk."""

    def __init__(self, folder: Path) -> None:
        """It is made with the first file."""
        self.folder = folder

    def put(self, file: Path) -> None:
        """Move the file here from beside: a folder of the same disk."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write_through(file)
        file.rename(self.folder / file.name)
        _write_through(self.folder)

    def read(self, name: str) -> bytes:
        """See Shelf."""
        try:
            return (self.folder / name).read_bytes()
        except FileNotFoundError:
            raise Missing(name) from None

    def delete(self, name: str) -> None:
        """See Shelf."""
        (self.folder / name).unlink(missing_ok=True)

    def names(self) -> Iterator[tuple[str, datetime]]:
        """See Shelf."""
        for file in sorted(self.folder.glob("*-*.*")):
            yield file.name, datetime.fromtimestamp(file.stat().st_mtime, UTC)


class Bucket:
    """A store that speaks S3."""

    def __init__(self, store: Store) -> None:
        """Nothing is asked of it before a file is."""
        from obstore.store import S3Store

        # Amazon's own, where none is set. Said twice, so that nothing else in the environment leads elsewhere.
        endpoint = store.endpoint or f"https://s3.{store.region}.amazonaws.com"
        self.store: S3Store = S3Store(
            store.bucket,
            prefix=store.prefix or None,
            region=store.region,
            endpoint=endpoint,
            aws_endpoint_url_s3=endpoint,
            access_key_id=store.key,
            secret_access_key=store.secret,
            skip_signature=False,
            virtual_hosted_style_request=False,
            # Many that speak S3 know no deleting of several files at once.
            disable_bulk_delete=True,
            client_options={
                "connect_timeout": "3s",
                "timeout": "30s",
                "allow_http": endpoint.startswith("http:"),
            },
            retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=40)},
        )

    def put(self, file: Path) -> None:
        """Send the file; what is here goes."""
        from obstore.exceptions import BaseError

        try:
            self.store.put(file.name, file.read_bytes(), attributes={"Content-Type": CONTENT_TYPES[file.suffix]})
        except BaseError as fault:
            raise Unreachable(type(fault).__name__) from None
        file.unlink()

    def read(self, name: str) -> bytes:
        """See Shelf."""
        from obstore.exceptions import BaseError, NotFoundError

        try:
            return bytes(self.store.get(name).bytes())
        except (NotFoundError, FileNotFoundError):
            raise Missing(name) from None
        except BaseError as fault:
            raise Unreachable(type(fault).__name__) from None

    def delete(self, name: str) -> None:
        """See Shelf."""
        from obstore.exceptions import BaseError, NotFoundError

        try:
            self.store.delete(name)
        except (NotFoundError, FileNotFoundError):
            pass
        except BaseError as fault:
            raise Unreachable(type(fault).__name__) from None

    def names(self) -> Iterator[tuple[str, datetime]]:
        """See Shelf."""
        from obstore.exceptions import BaseError

        try:
            for page in self.store.list():
                for found in page:
                    yield found["path"].rpartition("/")[2], found["last_modified"]
        except BaseError as fault:
            raise Unreachable(type(fault).__name__) from None


def shelf() -> Shelf:
    """Return where the pictures of this site lie."""
    store: Store | None = settings.PICTURES_STORE
    return _bucket(cast(Hashable, store)) if store else Folder(Path(settings.MEDIA_FOLDER) / "pictures")


@lru_cache(maxsize=1)
def _bucket(store: Hashable) -> Bucket:
    return Bucket(cast(Store, store))


def _write_through(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
