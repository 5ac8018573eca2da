"""The files of pictures lie in the data folder, or in a store that speaks S3, and nobody sees which."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from manyplaces.config.environment import PictureStore
from manyplaces.core.shelves import Bucket, Folder, Missing, Shelf, Unreachable, shelf
from tests.core.bucket import Store, a_store


@pytest.fixture
def store() -> Iterator[Store]:
    """A store of the tests' own."""
    with a_store() as running:
        yield running


@pytest.fixture(params=["folder", "store"])
def place(request: pytest.FixtureRequest, settings: Any, tmp_path: Path) -> Iterator[Shelf]:
    """Both places."""
    settings.MEDIA_FOLDER, settings.PICTURES_STORE = tmp_path / "media", None
    if request.param == "store":
        settings.PICTURES_STORE = request.getfixturevalue("store").setting
    yield shelf()


def laid(folder: Path, name: str, content: bytes = b"a picture") -> Path:
    """A file beside."""
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_bytes(content)
    return file


def test_what_was_put_can_be_read_is_listed_and_is_gone_when_it_was_deleted(place: Shelf, tmp_path: Path) -> None:
    names = ["abc-large.jpg", "abc-middle.webp", "abc-small.webp"]
    for name in names:
        file = laid(tmp_path / "beside", name, name.encode() * 1000)
        place.put(file)
        assert not file.exists()
    assert [place.read(name) for name in names] == [name.encode() * 1000 for name in names]
    listed = dict(place.names())
    assert sorted(listed) == names
    assert all(abs(datetime.now(UTC) - since) < timedelta(minutes=1) for since in listed.values())
    for _again in range(2):
        place.delete(names[0])
    assert sorted(name for name, _since in place.names()) == names[1:]
    with pytest.raises(Missing):
        place.read(names[0])


def test_a_shelf_on_which_nothing_lies_yet_is_empty(place: Shelf) -> None:
    assert list(place.names()) == []
    with pytest.raises(Missing):
        place.read("abc-large.jpg")
    place.delete("abc-large.jpg")


def test_the_store_is_told_what_a_file_is_and_only_what_is_ours_is_touched(store: Store, tmp_path: Path) -> None:
    store.objects["somebody-else/abc-large.jpg"] = (b"not ours", "image/jpeg", datetime.now(UTC))
    bucket = Bucket(store.setting)
    bucket.put(laid(tmp_path, "abc-small.webp"))
    assert store.objects["walk-ins/2026/abc-small.webp"][:2] == (b"a picture", "image/webp")
    assert [name for name, _since in bucket.names()] == ["abc-small.webp"]
    assert {line.split("/")[1] for line in store.asked} == {"photos"}


def test_a_store_that_does_not_answer_or_does_not_know_us_is_unreachable(store: Store, tmp_path: Path) -> None:
    stranger, gone = replace(store.setting, secret="wrong"), replace(store.setting, endpoint="http://127.0.0.1:1")
    for bucket in (Bucket(stranger), Bucket(gone)):
        file = laid(tmp_path, "abc-small.webp")
        for ask in (
            lambda bucket=bucket, file=file: bucket.put(file),
            lambda bucket=bucket: bucket.read("abc-small.webp"),
            lambda bucket=bucket: bucket.delete("abc-small.webp"),
            lambda bucket=bucket: list(bucket.names()),
        ):
            with pytest.raises(Unreachable):
                ask()
        assert file.exists()
    assert store.objects == {}


def test_other_words_in_the_environment_lead_nowhere_else(store: Store, tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path\n"
        "from tests.core.bucket import KEY, SECRET\n"
        "from manyplaces.config.environment import PictureStore\n"
        "from manyplaces.core.shelves import Bucket\n"
        "where = PictureStore('photos', '', sys.argv[1], 'us-east-1', KEY, SECRET)\n"
        "Bucket(where).put(Path(sys.argv[2]))\n"
    )
    env = {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
        "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:1",
        "AWS_BUCKET": "elsewhere",
        "AWS_SKIP_SIGNATURE": "true",
        "AWS_ACCESS_KEY_ID": "other",
        "AWS_SECRET_ACCESS_KEY": "other",
        "AWS_VIRTUAL_HOSTED_STYLE_REQUEST": "true",
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
    }
    file = laid(tmp_path, "abc-small.webp")
    command = [sys.executable, "-c", script, store.setting.endpoint, str(file)]
    subprocess.run(command, check=True, env=env, timeout=60)
    assert list(store.objects) == ["abc-small.webp"]


def test_without_the_setting_the_package_that_speaks_s3_is_not_even_loaded(tmp_path: Path) -> None:
    script = (
        "import django; django.setup()\n"
        "import sys; from manyplaces.core import pictures, shelves\n"
        "assert isinstance(shelves.shelf(), shelves.Folder)\n"
        "print(sorted({'obstore', 'numpy', 'onnxruntime', 'onnx', 'pillow_heif', 'PIL'} & set(sys.modules)))\n"
    )
    root = str(Path(__file__).resolve().parents[2])
    env = {"PYTHONPATH": root, "DJANGO_SETTINGS_MODULE": "manyplaces.config.settings", "MANYPLACES_DATA": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, env=env, capture_output=True, text=True, timeout=60
    )
    # Nor what opens pictures: whoever answers pages loads none of it.
    assert done.stdout == "[]\n"


def test_a_file_of_the_folder_is_there_as_a_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Folder(tmp_path / "pictures")
    file = laid(tmp_path / "beside", "abc-large.jpg")

    def cut(*_words: Any) -> None:
        raise OSError("the power went")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", cut)
        with pytest.raises(OSError, match="power"):
            folder.put(file)
    assert list(folder.names()) == []
    folder.put(file)
    assert [name for name, _since in folder.names()] == ["abc-large.jpg"]


def test_the_setting_of_a_store_does_not_show_its_secret(store: Store) -> None:
    assert "secret" not in repr(store.setting)
    assert isinstance(store.setting, PictureStore)
