"""An operator sets variables: each is read as what it is, or refused with a sentence that says what to give."""

from __future__ import annotations

from pathlib import Path

import pytest

from manyplaces.config.environment import SETTINGS, PictureStore, Unsafe, read_environment
from manyplaces.config.keys import secret_key


def test_without_any_variable_the_site_runs_on_a_laptop() -> None:
    found = read_environment({})
    assert (found.port, found.host, found.url) == (8000, "127.0.0.1", "http://127.0.0.1:8000")
    assert (found.processes, found.log_days, found.sample, found.debug) == (2, 14, True, False)
    assert found.data == Path("data").resolve()
    assert found.key_file == found.data / "keys" / "secret.key"
    assert not found.is_public


def test_an_empty_variable_is_as_good_as_none() -> None:
    assert read_environment({setting.name: "" for setting in SETTINGS}) == read_environment({})


@pytest.mark.parametrize(
    ("host", "url", "public"),
    [
        ("127.0.0.1", "", False),
        ("::1", "", False),
        ("localhost", "http://localhost:8000", False),
        ("127.0.0.1", "https://walk-ins.example", True),
        ("0.0.0.0", "", True),
        ("192.168.1.5", "http://127.0.0.1", True),
    ],
)
def test_it_is_known_whether_others_can_reach_the_site(host: str, url: str, public: bool) -> None:
    assert read_environment({"MANYPLACES_HOST": host, "MANYPLACES_URL": url}).is_public == public


def test_the_names_that_may_be_asked_for_are_ours_alone() -> None:
    given = {"MANYPLACES_HOST": "0.0.0.0", "MANYPLACES_URL": "https://Walk-Ins.example/"}
    assert read_environment(given).hosts == ["127.0.0.1", "localhost", "[::1]", "walk-ins.example"]
    assert read_environment({"MANYPLACES_HOST": "10.0.0.7"}).hosts == ["127.0.0.1", "localhost", "[::1]", "10.0.0.7"]


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PORT", "eighty", "PORT is “eighty”; give a whole number from 1 to 65535."),
        ("PORT", "0", "PORT is “0”; give a whole number from 1 to 65535."),
        ("PORT", "٨٠", "PORT is “٨٠”; give a whole number from 1 to 65535."),
        ("MANYPLACES_PROCESSES", "65", "MANYPLACES_PROCESSES is “65”; give a whole number from 1 to 64."),
        ("MANYPLACES_LOG_DAYS", "-1", "MANYPLACES_LOG_DAYS is “-1”; give a whole number from 1 to 3650."),
        *(
            (
                "MANYPLACES_TILES",
                wrong,
                f"MANYPLACES_TILES is “{wrong}”; give https://tiles.example.org/{{z}}/{{x}}/{{y}}.png.",
            )
            for wrong in (
                *(
                    "http://tiles.example.org/{z}/{x}/{y}.png",
                    "https://tiles.example.org/{z}/{x}.png",
                    "/{z}/{x}/{y}.png",
                ),
                *("https://t.example/{z}/{x}/{y}.png; script-src *", "https://*.example/{z}/{x}/{y}.png"),
            )
        ),
        ("MANYPLACES_DEBUG", "maybe", "MANYPLACES_DEBUG is “maybe”; give yes or no."),
        ("MANYPLACES_SAMPLE", "ja", "MANYPLACES_SAMPLE is “ja”; give yes or no."),
        (
            "MANYPLACES_URL",
            "example.org",
            "MANYPLACES_URL is “example.org”; give an address such as https://example.org.",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(name: str, value: str, sentence: str) -> None:
    with pytest.raises(Unsafe) as refused:
        read_environment({name: value})
    assert str(refused.value) == sentence


STORE = {
    "MANYPLACES_PICTURES_STORE": "s3://walk-ins/photos/2026",
    "MANYPLACES_PICTURES_ENDPOINT": "https://store.example.org:9000/",
    "AWS_ACCESS_KEY_ID": "manyplaces",
    "AWS_SECRET_ACCESS_KEY": "opens it",
}


def test_pictures_lie_in_the_data_folder_or_in_the_store_that_is_set() -> None:
    assert read_environment({}).pictures_store is None
    # What other programs need of these does not make it a setting of ours.
    assert read_environment({"AWS_ACCESS_KEY_ID": "somebody's"}).pictures_store is None
    assert read_environment(STORE).pictures_store == PictureStore(
        "walk-ins", "photos/2026", "https://store.example.org:9000", "us-east-1", "manyplaces", "opens it"
    )
    plain = STORE | {"MANYPLACES_PICTURES_STORE": "s3://walk-ins", "MANYPLACES_PICTURES_ENDPOINT": ""}
    assert read_environment(plain).pictures_store == PictureStore(
        "walk-ins", "", "", "us-east-1", "manyplaces", "opens it"
    )
    assert "opens it" not in repr(read_environment(STORE))


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        (
            "MANYPLACES_PICTURES_STORE",
            "walk-ins",
            "MANYPLACES_PICTURES_STORE is “walk-ins”; give s3://bucket, or s3://bucket/folder.",
        ),
        (
            "MANYPLACES_PICTURES_ENDPOINT",
            "http://store.example.org",
            "MANYPLACES_PICTURES_ENDPOINT is “http://store.example.org”; give https://store.example.org, "
            "and http for this machine only.",
        ),
        (
            "MANYPLACES_PICTURES_REGION",
            "here!",
            "MANYPLACES_PICTURES_REGION is “here!”; give a region such as us-east-1.",
        ),
        (
            "AWS_SECRET_ACCESS_KEY",
            "",
            "MANYPLACES_PICTURES_STORE is set; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY for it too.",
        ),
        ("MANYPLACES_UNCOVERED_DAYS", "31", "MANYPLACES_UNCOVERED_DAYS is “31”; give a whole number from 0 to 30."),
    ],
)
def test_a_store_that_cannot_be_meant_is_refused(name: str, value: str, sentence: str) -> None:
    with pytest.raises(Unsafe) as refused:
        read_environment(STORE | {name: value})
    assert str(refused.value) == sentence


def test_the_key_is_made_once_strong_and_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "keys" / "secret.key"
    key = secret_key(file)
    assert len(key) >= 80
    assert secret_key(file) == key
    assert [oct(part.stat().st_mode & 0o777) for part in (file, file.parent)] == ["0o600", "0o700"]
    assert [part.name for part in file.parent.iterdir()] == ["secret.key"]
    assert secret_key(tmp_path / "other" / "secret.key") != key
