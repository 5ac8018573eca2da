"""Nia has the sample record made into an archive: the same pages, and nothing that must not or cannot be in it."""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast
from urllib.parse import unquote

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client

from manyplaces.actions.models import Action
from manyplaces.actions.rules import Visibility
from manyplaces.core.actor import Actor
from manyplaces.core.refusals import NotNow
from manyplaces.events.models import Event
from manyplaces.events.operations import shield_event
from manyplaces.exchange.archive import pages
from manyplaces.exchange.archive.making import Progress
from manyplaces.exchange.archive.rendering import ALIKE, Renderer
from manyplaces.exchange.columns import KINDS, Kind
from manyplaces.exchange.exports.whole import write_record
from manyplaces.exchange.packed import unpacked
from manyplaces.journal.operations import record
from tests.exchange.archive.archives import Archive, archive
from tests.exchange.conftest import empty_the_record, run_import, say
from tests.front.reading import read as said
from tests.front.sample import sample  # noqa: F401 (a fixture)

pytestmark = pytest.mark.django_db

NOON = "2026-11-27T12:00:00Z"
OWN = {"archive.html", "README.txt", "manifest.json", "MANIFEST.sha256", "MANIFEST.sig"}
COMMAND = Actor("command line", "command")


@pytest.fixture(scope="module")
def whole(sample: None, tmp_path_factory: pytest.TempPathFactory) -> Archive:  # noqa: F811
    """The archive of the whole sample record."""
    with time_machine.travel(NOON, tick=False):
        return archive(tmp_path_factory.mktemp("whole"))


def body(path: str) -> bytes:
    """What a visitor gets."""
    answer = Client().get(path)
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_it_is_whole_and_every_link_in_it_leads_somewhere(whole: Archive) -> None:
    found = whole.look()
    assert found.faults == []
    assert found.files + 3 == len(whole.files) == whole.made.files
    assert (found.pages, found.links > 30_000, whole.made.lost) == (len(whole.pages), True, ())


def test_every_kind_of_page_and_data_is_there_in_both_languages(whole: Archive) -> None:
    places = (
        *(
            "",
            "about/data/",
            "about/coalition/",
            "actions/feb2016/",
            "actions/feb2016/numbers/",
            "actions/feb2016/media/",
        ),
        *("actions/feb2016/wi/milwaukee/", "events/LA040/", "places/garfield-high-school-seattle-wa/"),
    )
    wanted = {f"{language}{place}index.html" for place in places for language in ("", "es/")}
    wanted |= {"index.csv", "index.json", "index.atom", "about/data/events.csv", "actions/feb2016.ics"}
    wanted |= {"es/actions/feb2016.ics", "actions/feb2016/card.png", "es/events/LA040.json", "actions/feb2016/wi.csv"}
    assert wanted - set(whole.files) == set()


def test_data_and_pictures_are_to_the_byte_what_the_site_gives(whole: Archive) -> None:
    data = {address: file for address, file in whole.addresses.items() if not file.endswith((".html", ".css"))}
    served = {address: file for address, file in data.items() if not address.startswith("/static/")}
    assert len(served) > 1_000
    # Each fourth is enough to meet every kind in both languages.
    assert [address for address in sorted(served)[::4] if whole.files[served[address]] != body(address)] == []


def test_a_table_is_the_same_in_both_languages_and_there_once(whole: Archive) -> None:
    tables = [address for address in whole.addresses if address.endswith(".csv")]
    assert [address for address in tables if address.startswith("/es/")] == []
    assert [address for address in tables if body(f"/es{address}") != whole.files[whole.addresses[address]]] == []


def test_pages_say_what_the_site_says(whole: Archive) -> None:
    found = {address: file for address, file in whole.addresses.items() if file.endswith(".html")}
    different = []
    for address in sorted(found)[::4]:
        site, kept = said(pages.stripped(body(address).decode())), said(whole.files[found[address]].decode())
        pairs = [(one.language, one.titles, one.headings, one.anchors, one.linked) for one in (site, kept)]
        if pairs[0] != pairs[1]:
            different.append(address)
    assert different == []


def test_pages_that_come_along_in_the_other_language_are_those_of_the_site(whole: Archive, tmp_path: Path) -> None:
    renderer = Renderer(tmp_path, 0)
    renderer.begin(True)
    kinds = (
        "events/[^/]+/",
        "actions/[^/]+/[a-z]{2}/",
        "actions/[^/]+/[a-z]{2}/[^/]+/",
        "places/[^/]+/",
        "organisations/[^/]+/",
    )
    starts = [[one for one in sorted(whole.addresses) if re.fullmatch(f"/{kind}", one)][::9] for kind in kinds]
    asked = [start for some in starts for start in some]
    looked = renderer.look(asked)
    along = [one for one in looked if one["address"].startswith("/es/") and one["kind"].startswith("text/html")]
    written = (tmp_path / "bodies-0").read_bytes()
    renderer.end()
    assert ([one["address"] for one in along], len(kinds)) == ([f"/es{start}" for start in asked], len(ALIKE))
    bodies = {one["address"]: written[one["place"][1] :][: one["place"][2]] for one in along}
    assert [at for at, page in bodies.items() if page != pages.stripped(body(at).decode()).encode()] == []


def test_nothing_in_it_needs_a_server(whole: Archive) -> None:
    tags = re.compile(r"<(form|iframe|base|script(?! type=\"application/ld\+json\"))\b")
    assert {name: found[0] for name, page in whole.pages.items() if (found := tags.search(page))} == {}
    kept = {link for page in whole.pages.values() for link in said(page).links}
    assert [link for link in kept if link.startswith(("/", "webcal:", "file:", "http://127.0.0.1"))] == []
    left_out = whole.manifest["left_out"]
    assert left_out["addresses_that_need_the_site"] > 10
    assert (left_out["addresses_not_there"], left_out["events_taken_off_the_pages"]) == (0, 0)


def test_no_page_is_cut_off_from_the_first(whole: Archive) -> None:
    waiting, met = ["index.html"], {"index.html"}
    while waiting:
        here = waiting.pop()
        for link in said(whole.pages[here]).links:
            if not re.match(r"[a-z]+:", link):
                path = posixpath.join(posixpath.dirname(here), unquote(link.partition("#")[0])) or here
                file = posixpath.normpath(path) if link.partition("#")[0] else here
                if file.endswith(".html") and file not in met:
                    met.add(file)
                    waiting.append(file)
    assert met == set(whole.pages)


def test_the_manifest_says_what_each_file_is_and_sha256sum_reads_its_list(whole: Archive) -> None:
    manifest = whole.manifest
    assert set(manifest["files"]) == set(whole.files) - {"manifest.json", "MANIFEST.sha256", "MANIFEST.sig"}
    wrong = [name for name, row in manifest["files"].items() if (row["bytes"], row["sha256"]) != measured(whole, name)]
    assert wrong == []
    lines = dict(reversed(line.split("  ", 1)) for line in whole.files["MANIFEST.sha256"].decode().splitlines())
    assert lines == {name: measured(whole, name)[1] for name in whole.files if not name.startswith("MANIFEST.")}
    assert (manifest["format"], manifest["about"], manifest["made_at"]) == (
        1,
        "everything",
        "2026-11-27T12:00:00+00:00",
    )
    assert manifest["record_number"] == whole.made.number > 0
    away = {link for page in whole.pages.values() for link in said(page).links if link.startswith(("http:", "https:"))}
    assert set(manifest["links_that_lead_away"]) == away


def measured(found: Archive, name: str) -> tuple[int, str]:
    return len(found.files[name]), hashlib.sha256(found.files[name]).hexdigest()


def test_it_says_what_it_is_in_both_languages(whole: Archive) -> None:
    readme = whole.files["README.txt"].decode()
    assert "as they stood on November 27, 2026" in readme.replace("\n", " ")
    assert "tal como estaban el 27 de noviembre de 2026" in readme.replace("\n", " ")
    assert max(map(len, readme.splitlines())) <= 80
    about = said(whole.pages["archive.html"])
    assert (about.titles, about.links) == (["Archive: Manyplaces"], ["index.html", "es/index.html"])
    assert [name for name, page in whole.pages.items() if "archive.html" not in page] == ["archive.html"]


def test_two_of_the_same_record_differ_in_nothing_but_the_time_of_making(whole: Archive, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    with time_machine.travel("2026-11-27T23:00:00Z", tick=False):
        one, two = archive(tmp_path / "one", "nov2014"), archive(tmp_path / "two", "nov2014")
    assert one.made.file.read_bytes() == two.made.file.read_bytes()
    with time_machine.travel(NOON, tick=False):
        earlier = archive(tmp_path / "two", "nov2014")
    different = {name for name in one.files if one.files[name] != earlier.files.get(name)}
    # There is no first page of everything, so this one's is the page about it.
    assert (different, set(one.files)) == (OWN | {"index.html"}, set(earlier.files))


def test_one_action_holds_its_own_events_and_leads_to_the_site_for_others(whole: Archive, tmp_path: Path) -> None:
    part = archive(tmp_path, "oct2016")
    assert part.look().faults == []
    events = set(Event.objects.filter(action__slug="oct2016").values_list("key", flat=True))
    kept = {found[1] for address in part.addresses if (found := re.match(r"/events/([^/]+)/$", address))}
    assert kept == events
    actions = {found[1] for address in part.addresses if (found := re.match(r"/(?:es/)?actions/([^/.]+)", address))}
    assert actions == {"oct2016"}
    assert {"/places/", "/organisations/"} <= {re.match(r"/\w*/?", address)[0] for address in part.addresses}  # type: ignore[index]
    assert "index.csv" not in part.files
    assert part.files["index.html"] == part.files["archive.html"]
    away = part.manifest["links_that_lead_away"]
    assert "http://127.0.0.1:8000/actions/feb2016/" in away
    assert "http://127.0.0.1:8000/about/data/" in away
    assert "Archive: " + Action.objects.get(slug="oct2016").name in part.files["README.txt"].decode().replace("\n", " ")
    # Every file of the part is in the whole too, at the same place.
    assert set(part.files) - set(whole.files) == set()


@pytest.fixture
def planted(whole: Archive) -> Iterator[Event]:
    """An event with words that nobody may find once it is hidden."""
    found = Event.objects.get(key="LA026")
    before = found.note, found.shown_host
    found.note, found.shown_host = "Come to CANARY house.", "CANARY Host"
    found.save()
    yield found
    Event.every.filter(pk=found.pk).update(note=before[0], shown_host=before[1], is_listed=True, is_shielded=False)


def test_what_is_taken_down_is_not_in_it_and_is_only_counted(planted: Event, tmp_path: Path) -> None:
    assert archive(tmp_path, "nov2014").has("CANARY") != []
    planted.is_listed = False
    planted.save()
    without = archive(tmp_path, "nov2014")
    assert (without.has("CANARY"), without.has(planted.key)) == ([], [])
    assert without.look().faults == []
    assert without.manifest["left_out"]["events_taken_off_the_pages"] == 1


def test_of_a_harassed_host_only_the_city_is_in_it(planted: Event, tmp_path: Path) -> None:
    shield_event(planted, by=COMMAND)
    shown = archive(tmp_path, "nov2014")
    assert shown.has("CANARY") == []
    # What the coalition itself wrote of the day names the school; what is told of the event does not.
    told = [name for name in shown.has("Travis High School") if re.search(r"events/|places/|/tx|\.csv$", name)]
    assert told == []
    assert shown.manifest["left_out"]["events_shown_by_city_alone"] == 1


def test_what_is_taken_down_while_it_is_made_is_not_in_it(planted: Event, tmp_path: Path) -> None:
    begun: list[Progress] = []

    def tell(progress: Progress) -> None:
        if progress.stage == "writing" and not begun:
            begun.append(progress)
            Event.every.filter(pk=planted.pk).update(is_listed=False)
            record(COMMAND, "event.taken-down", planted, before={})

    assert archive(tmp_path, "nov2014", tell=tell).has("CANARY") == []


def test_what_is_only_added_does_not_make_it_begin_again(whole: Archive, tmp_path: Path) -> None:
    event, stages = Event.objects.get(key="LA026"), []

    def tell(progress: Progress) -> None:
        if not stages:
            record(COMMAND, "claim.added", event.claims.first() or event)
        if stages[-1:] != [progress.stage]:
            stages.append(progress.stage)

    archive(tmp_path, "nov2014", tell=tell)
    assert stages == ["finding", "writing"]


def test_where_something_goes_each_time_it_is_given_up_with_a_sentence(planted: Event, tmp_path: Path) -> None:
    def tell(progress: Progress) -> None:
        if progress.stage == "writing":
            record(COMMAND, "event.changed", planted, before={"note": ""})

    with pytest.raises(NotNow, match="again and again"):
        archive(tmp_path, "nov2014", tell=tell)
    assert list(tmp_path.iterdir()) == []


def test_a_draft_is_in_none_and_has_none(whole: Archive, tmp_path: Path) -> None:
    Action.objects.filter(slug="nov2014").update(visibility=Visibility.DRAFT)
    try:
        for slug in ("nov2014", "nowhere"):
            with pytest.raises(ValidationError, match="There is no action"):
                archive(tmp_path, slug)
    finally:
        Action.every.filter(slug="nov2014").update(visibility=Visibility.PUBLIC)
    assert list(tmp_path.iterdir()) == []


class Stop(BaseException):
    """As a worker that ends."""


@pytest.mark.parametrize("stage", ["finding", "writing"])
def test_who_is_stopped_leaves_nothing_and_an_older_file_stays(whole: Archive, tmp_path: Path, stage: str) -> None:
    (tmp_path / "made.zip").write_bytes(b"older")

    def tell(progress: Progress) -> None:
        if progress.stage == stage and progress.done > 5:
            raise Stop

    with pytest.raises(Stop):
        archive(tmp_path, "nov2014", tell=tell)
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("made.zip", b"older")]


def test_what_a_killed_process_left_goes_with_the_next(whole: Archive, tmp_path: Path) -> None:
    left = tmp_path / ".made.zip.123-abc.making"
    left.mkdir()
    for name in ("held", "bodies-0", "made.zip"):
        (left / name).write_bytes(b"half")
    archive(tmp_path, "dec2013")
    assert [file.name for file in tmp_path.iterdir()] == ["made.zip"]


def test_a_folder_that_is_not_there_is_a_sentence(whole: Archive, tmp_path: Path) -> None:
    with pytest.raises(NotNow, match=r"The file “made.zip” cannot be written \(No such file or directory\)"):
        archive(tmp_path / "nowhere", "dec2013")


def test_a_page_that_breaks_is_named(whole: Archive, tmp_path: Path, monkeypatch: Any) -> None:
    # A row that no operation writes: an event in a zone that no clock has.
    Event.objects.filter(key="LA026").update(zone="Nowhere/At-all", time_local="07:20")
    try:
        with pytest.raises(NotNow, match=r"The page /\S+ cannot be shown right now"):
            archive(tmp_path, "nov2014")
    finally:
        Event.objects.filter(key="LA026").update(zone="America/Chicago", time_local=None)
    assert list(tmp_path.iterdir()) == []


def without_stamps(file: str, body: bytes) -> bytes:
    """A file without what says when the record was made, and when and how often its rows were changed."""
    if file.endswith((".ics", ".atom")):
        body = re.sub(rb"(DTSTAMP|LAST-MODIFIED|SEQUENCE):[^\r]*|<updated>[^<]*</updated>", rb"\1", body)
    return b"" if file in OWN else body


def test_the_tables_of_the_record_make_the_same_pages_in_an_empty_installation(whole: Archive, tmp_path: Path) -> None:
    write_record(tmp_path / "record.zip")
    empty_the_record()
    assert Action.objects.count() == Event.every.count() == 0
    with unpacked(tmp_path / "record.zip", [f"{kind}.csv" for kind in KINDS]) as tables:
        assert [say(run_import(cast(Kind, table.stem), table)) for table in tables] == [[]] * len(KINDS)
    with time_machine.travel(NOON, tick=False):
        again = archive(tmp_path)
    assert set(again.files) == set(whole.files)
    differ = [
        name
        for name, body in whole.files.items()
        if without_stamps(name, body) != without_stamps(name, again.files[name])
    ]
    assert differ == []
