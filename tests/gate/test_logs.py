"""The operator reads the log: what happened is there, in UTC; who visited, and what they typed, is not."""

from __future__ import annotations

import json
import logging
import re
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from manyplaces.gate.headers import security_headers
from manyplaces.gate.logs import DayFile, delete_old, line, plain
from manyplaces.gate.violations import MOST, Violations, read_report
from tests.gate.conftest import Site

REPORT = {
    "csp-report": {
        "document-uri": "https://walk-ins.example/actions/feb2016/?q=gil%40example.org",
        "referrer": "https://evil.example/gil",
        "effective-directive": "script-src-elem",
        "blocked-uri": "https://evil.example/x.js?gil",
        "script-sample": "gil@example.org",
    }
}


def test_after_all_kinds_of_requests_nothing_of_the_visitor_is_in_any_log(site: Site) -> None:
    traces = {"user_agent": "Gil-Browser", "referer": "https://evil.example/gil", "x_forwarded_for": "203.0.113.77"}
    for path in ("/a", "/a", "/a?q=gil%40example.org", "/broken?q=gil", "/nowhere", "/nowhere-gil"):
        site.get(path, **traces, cookie="gil=1")
    site.get("/post", method="POST", body=b"name=gil", **traces)
    site.get("/csp-reports", method="POST", body=json.dumps(REPORT).encode(), **traces)
    site.get("/a", host="gil.example", **traces)
    time.sleep(0.1)
    written = "".join(file.read_text() for file in (site.folder / "logs").iterdir())
    written += (site.folder / "stderr").read_text()
    assert "RuntimeError" in written
    for word in ("gil", "Gil", "203.0.113", "127.0.0.1", "evil", "q=", "%40"):
        assert word not in written, word


def test_a_rendered_request_is_one_line_in_utc_with_its_id(site: Site) -> None:
    answer = site.get("/a?q=1")
    found = [entry for entry in site.log() if entry.get("request") == answer.headers["x-request-id"]]
    assert [(entry["what"], entry["route"], entry["status"]) for entry in found] == [("GET", "-", 200)]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", found[0]["at"])
    moment = datetime.fromisoformat(found[0]["at"])
    assert abs(datetime.now(UTC) - moment) < timedelta(seconds=10)


def test_stored_pages_leave_no_line(site: Site) -> None:
    site.get("/a")
    before = len(site.log())
    for _ in range(20):
        site.get("/a")
    assert len(site.log()) == before


def test_the_log_is_for_its_owner_and_named_by_the_day(site: Site) -> None:
    files = list((site.folder / "logs").iterdir())
    assert [file.name for file in files] == [f"{datetime.now(UTC).date()}.jsonl"]
    assert [oct(file.stat().st_mode & 0o777) for file in files] == ["0o600"]


def test_what_is_older_than_it_may_be_kept_is_deleted(tmp_path: Path) -> None:
    today = date(2026, 3, 15)
    for days in range(20):
        (tmp_path / f"{today - timedelta(days=days)}.jsonl").touch()
    (tmp_path / "notes.txt").touch()
    delete_old(tmp_path, 14, today)
    left = sorted(file.name for file in tmp_path.iterdir())
    assert left == [f"2026-03-{day:02}.jsonl" for day in range(2, 16)] + ["notes.txt"]


def test_at_the_change_of_day_a_new_file_begins_and_old_ones_go(tmp_path: Path) -> None:
    handler = DayFile(tmp_path, days=2)
    for day in (1, 2, 3):
        record = logging.LogRecord("x", logging.INFO, "", 0, "said on day %d", (day,), None)
        record.created = datetime(2030, 1, day, 23, 59, 59, tzinfo=UTC).timestamp()
        handler.emit(record)
    left = {
        file.name: [json.loads(text)["what"] for text in file.read_text().splitlines()] for file in tmp_path.iterdir()
    }
    assert left == {"2030-01-02.jsonl": ["said on day 2"], "2030-01-03.jsonl": ["said on day 3"]}


def test_a_flood_of_lines_is_cut_and_the_cut_is_said(tmp_path: Path) -> None:
    handler = DayFile(tmp_path, days=14, most_lines=10)
    moment = datetime(2030, 1, 1, 12, 0, tzinfo=UTC).timestamp()
    for number in range(50):
        record = logging.LogRecord("x", logging.INFO, "", 0, "line %d", (number,), None)
        record.created = moment if number < 49 else moment + 60
        handler.emit(record)
    lines = [json.loads(text) for text in (tmp_path / "2030-01-01.jsonl").read_text().splitlines()]
    assert [entry["what"] for entry in lines] == [f"line {number}" for number in (*range(10), 49)]
    assert lines[-1]["skipped"] == 39


def test_line_ends_and_commands_to_the_terminal_are_escaped() -> None:
    nasty = "a\r\nERROR b\x1b[2J\u202e\u2028"
    assert plain(nasty) == "a\\r\\nERROR b\\x1b[2J\\u202e\\u2028"
    record = logging.LogRecord("x", logging.INFO, "", 0, "%s", (nasty,), None)
    assert json.dumps(line(record)).count("\n") == 0


def test_an_error_is_written_down_by_kind_and_place_without_its_words() -> None:
    try:
        int("gil@example.org")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "It failed.", None, sys.exc_info())
    found = line(record)
    assert (found["what"], found["error"]) == ("It failed.", "ValueError")
    assert found["trace"][-1].endswith("test_an_error_is_written_down_by_kind_and_place_without_its_words")
    assert "gil" not in json.dumps(found)


def test_of_djangos_lines_about_requests_the_path_is_left_out() -> None:
    record = logging.LogRecord(
        "django.request", logging.ERROR, "", 0, "%s: %s", ("Internal Server Error", "/gil"), None
    )
    assert line(record)["what"] == "Internal Server Error"


def test_of_a_browsers_report_only_the_directive_and_our_path_are_kept() -> None:
    hosts = {"walk-ins.example"}
    assert read_report(json.dumps(REPORT).encode(), hosts) == ("script-src-elem", "/actions/feb2016/")
    assert read_report(json.dumps(REPORT).encode(), {"other.example"}) is None
    vouched = json.dumps(REPORT).replace("/actions/feb2016/", "/es/actions/feb2016/commit/with/22-letters/").encode()
    assert read_report(vouched, hosts) == ("script-src-elem", "/es/actions/feb2016/commit/with/...")
    for body in (b"", b"[]", b"{}", b'{"csp-report": 1}', b'{"csp-report": {}}', b"\xff", b"[" * 8000, b"null"):
        assert read_report(body, hosts) is None


def test_of_a_private_link_the_report_of_a_browser_keeps_only_where_it_leads() -> None:
    secret = "AbC_-1234567890canary"
    paths = (
        f"/host/{secret}/",
        f"/es/host/{secret}/",
        f"/letters/{secret}/unsubscribe/",
        f"/es/given/{secret}/",
        f"/t/{secret}",
    )
    for path in paths:
        report = {"document-uri": f"https://walk-ins.example{path}", "effective-directive": "style-src-elem"}
        found = read_report(json.dumps({"csp-report": report}).encode(), {"walk-ins.example"})
        assert found == ("style-src-elem", f"{path.removeprefix('/es').partition(secret)[0]}...")
        assert dict(security_headers(path))[b"referrer-policy"] == b"no-referrer"
    assert dict(security_headers("/"))[b"referrer-policy"] == b"same-origin"


def test_reports_are_taken_without_a_word_and_not_without_end(site: Site) -> None:
    taken = Violations({"walk-ins.example"})
    assert [taken.take(json.dumps(REPORT).encode()) for _ in range(MOST + 5)] == [True] * MOST + [False] * 5
    assert site.get("/csp-reports", method="POST", body=b"nonsense").status == 204
    assert site.get("/csp-reports", method="POST", body=b"x" * 8_193).status == 413
    mine = json.dumps(REPORT).replace("walk-ins.example", "otto.example").encode()
    for _ in range(2):
        assert (site.get("/csp-reports", method="POST", body=mine).status, site.renders("/csp-reports")) == (204, 0)
    found = [(entry["directive"], entry["page"]) for entry in site.log() if "directive" in entry]
    assert found == [("script-src-elem", "/actions/feb2016/")] * 2
