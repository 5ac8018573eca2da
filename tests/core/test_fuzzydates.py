"""Nia dates the actions of the record as exactly as they are known, and everybody reads those dates in words."""

from __future__ import annotations

import csv
import datetime
import time
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from hypothesis import example, given, settings
from hypothesis import strategies as st

from manyplaces.core.fuzzydates import FuzzyDate, read, short_words, words

DAY = datetime.date

ONE_END = st.from_regex(r"(?:19|20|21)[0-9]{2}(?:-(?:0[1-9]|1[0-2]|2[1-4])(?:-[0-3][0-9])?)?[~?%]?", fullmatch=True)
DATES = ONE_END | st.builds("{}/{}".format, ONE_END | st.just(".."), ONE_END | st.just(".."))
ANY_TEXT = DATES | st.text(alphabet="0123456789-/~?%.T:+ XYuSE{}[],", max_size=45) | st.text(max_size=200)

SAID = [
    ("2017-23", "Fall 2017", "otoño de 2017"),
    ("2017-23~", "about fall 2017", "hacia el otoño de 2017"),
    ("2018-21?", "possibly spring 2018", "quizá la primavera de 2018"),
    ("2014-24", "Winter 2014-15", "invierno de 2014-15"),
    ("2099-24", "Winter 2099-2100", "invierno de 2099-2100"),
    ("2014-11", "November 2014", "noviembre de 2014"),
    ("2014-11~", "about November 2014", "hacia noviembre de 2014"),
    ("2016-02-17~", "about February 17, 2016", "hacia el 17 de febrero de 2016"),
    ("2016-02-17?", "possibly February 17, 2016", "quizá el 17 de febrero de 2016"),
    ("2016-02-17%", "possibly about February 17, 2016", "quizá hacia el 17 de febrero de 2016"),
    ("2014-05-13/2014-05-17", "May 13-17, 2014", "13-17 de mayo de 2014"),
    ("2014-05-13~/2014-05-17~", "about May 13-17, 2014", "aproximadamente 13-17 de mayo de 2014"),
    ("2014-05-13/2014-05-13", "May 13, 2014", "13 de mayo de 2014"),
    ("2014-05-13~/2014-05-13~", "about May 13, 2014", "hacia el 13 de mayo de 2014"),
    ("2014-04-28/2014-05-04", "April 28 to May 4, 2014", "del 28 de abril al 4 de mayo de 2014"),
    (
        "2014-12-30/2015-01-02",
        "December 30, 2014 to January 2, 2015",
        "del 30 de diciembre de 2014 al 2 de enero de 2015",
    ),
    ("2014-04/2014-05", "April to May 2014", "de abril a mayo de 2014"),
    ("2014-11/2015-01", "November 2014 to January 2015", "de noviembre de 2014 a enero de 2015"),
    ("2017-21/2017-23", "Spring to fall 2017", "de la primavera al otoño de 2017"),
    ("2017-23/2017-24", "Fall 2017 to winter 2017-18", "del otoño de 2017 al invierno de 2017-18"),
    ("2014/2015", "2014 to 2015", "de 2014 a 2015"),
    (
        "2014-05-13~/2014-06-17?",
        "about May 13, 2014 to possibly June 17, 2014",
        "desde aproximadamente el 13 de mayo de 2014 hasta quizá el 17 de junio de 2014",
    ),
    ("2013-12-09", "December 9, 2013", "9 de diciembre de 2013"),
    ("2014", "2014", "2014"),
    ("2014~", "about 2014", "hacia 2014"),
    ("2016-01/..", "since January 2016", "desde enero de 2016"),
    ("2016-02-17~/..", "since about February 17, 2016", "desde aproximadamente el 17 de febrero de 2016"),
    ("2017-23/..", "since fall 2017", "desde el otoño de 2017"),
    ("../2014-05-17", "until May 17, 2014", "hasta el 17 de mayo de 2014"),
]


@pytest.mark.parametrize(("text", "english", "spanish"), SAID)
def test_a_date_is_said_as_people_say_it_in_both_languages(text: str, english: str, spanish: str) -> None:
    assert (words(text), words(text, "es"), words(text, "es-mx")) == (english, spanish, spanish)


@pytest.mark.parametrize(
    ("text", "english", "spanish"),
    [
        ("2014-05-13", "May 13", "13 de mayo"),
        ("2016-02-17~", "about February 17", "hacia el 17 de febrero"),
        ("2014-05-13/2014-05-17", "May 13-17", "13-17 de mayo"),
        ("2014-04-28/2014-05-04", "April 28 to May 4", "del 28 de abril al 4 de mayo"),
        (
            "2014-05-13~/2014-06-17?",
            "about May 13 to possibly June 17",
            "desde aproximadamente el 13 de mayo hasta quizá el 17 de junio",
        ),
        ("2017-23", "Fall", "otoño"),
        ("2014-11", "November", "noviembre"),
        ("2014", "2014", "2014"),
        ("2014-11/2016-11", "November 2014 to November 2016", "de noviembre de 2014 a noviembre de 2016"),
        ("2016-01/..", "since January 2016", "desde enero de 2016"),
    ],
)
def test_under_a_year_the_year_is_left_out_unless_it_is_needed(text: str, english: str, spanish: str) -> None:
    assert (short_words(text), short_words(text, "es")) == (english, spanish)


def test_no_date_has_no_words() -> None:
    assert (words(""), words("  ", "es"), short_words("")) == ("", "", "")


@pytest.mark.parametrize(
    ("text", "earliest", "latest", "approximate", "uncertain", "precision"),
    [
        ("2014", DAY(2014, 1, 1), DAY(2014, 12, 31), False, False, "year"),
        ("2016-02~", DAY(2016, 2, 1), DAY(2016, 2, 29), True, False, "month"),
        ("2016-02-17?", DAY(2016, 2, 17), DAY(2016, 2, 17), False, True, "day"),
        ("2014-11%", DAY(2014, 11, 1), DAY(2014, 11, 30), True, True, "month"),
        ("2014-21", DAY(2014, 3, 1), DAY(2014, 5, 31), False, False, "season"),
        ("2014-22", DAY(2014, 6, 1), DAY(2014, 8, 31), False, False, "season"),
        ("2017-23", DAY(2017, 9, 1), DAY(2017, 11, 30), False, False, "season"),
        ("2015-24", DAY(2015, 12, 1), DAY(2016, 2, 29), False, False, "season"),
        ("2014-05-13/2014-05-17", DAY(2014, 5, 13), DAY(2014, 5, 17), False, False, "interval"),
        ("2014-05~/2014-06?", DAY(2014, 5, 1), DAY(2014, 6, 30), True, True, "interval"),
        ("2016-01/..", DAY(2016, 1, 1), DAY(2200, 12, 31), False, False, "interval"),
        ("../2016-01", DAY(1900, 1, 1), DAY(2016, 1, 31), False, False, "interval"),
        ("1900", DAY(1900, 1, 1), DAY(1900, 12, 31), False, False, "year"),
        ("2200-12-31", DAY(2200, 12, 31), DAY(2200, 12, 31), False, False, "day"),
    ],
)
def test_a_date_lies_between_two_days_that_its_marks_do_not_move(
    text: str, earliest: datetime.date, latest: datetime.date, approximate: bool, uncertain: bool, precision: str
) -> None:
    assert read(f" {text}\n") == FuzzyDate(text, earliest, latest, approximate, uncertain, precision)  # type: ignore[arg-type]


FORM = "We cannot read this date. Write 2026-11-17, 2026-11 or 2026, or 2026-23 for fall. Add ~ for “about”."
NO_DAY = "There is no such day in the calendar. Check the month and the day."
YEARS = "Use a year from 1900 to 2200."
TIME = "Leave the time out of the date. Write the time in its own field."
LONG = "This is too long for a date. Use at most 40 characters, for example 2026-11-17/2026-11-20."
ORDER = "The end comes before the beginning. Write the earlier date first."


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Write a date, for example 2026-11-17, 2026-11 or 2026."),
        (" \n", "Write a date, for example 2026-11-17, 2026-11 or 2026."),
        ("2023-02-29", NO_DAY),
        ("2014-11-31", NO_DAY),
        ("2014-11-00", NO_DAY),
        ("2014-21-03", NO_DAY),
        ("2014-11-17/2014-11-31", NO_DAY),
        ("0000-00-00", YEARS),
        ("1899", YEARS),
        ("2201-01-01", YEARS),
        ("9999-12-31", YEARS),
        ("2014-00", "There is no month 00. Use 01 to 12, or 21 spring, 22 summer, 23 fall, 24 winter."),
        ("2014-13", "There is no month 13. Use 01 to 12, or 21 spring, 22 summer, 23 fall, 24 winter."),
        ("2014-25", "There is no month 25. Use 01 to 12, or 21 spring, 22 summer, 23 fall, 24 winter."),
        ("2014-11-17T07:45", TIME),
        ("2014-11-17 07:45", TIME),
        ("2015/2014", ORDER),
        ("2014-05-17/2014-05-13", ORDER),
        ("2016-01/", "Write two dots where the date has no end, for example 2016-01/.."),
        ("/2016-01", "Write two dots where the date has no end, for example 2016-01/.."),
        ("../..", "Write at least one date: the first day, the last day, or both."),
        ("2014-05-13~/2014-05-17~/2014-05-19~/2014-1", LONG),
        *((text, FORM) for text in ("201X", "201u", "2014-1X", "Y12014", "-2014", "2014?-11", "~2014", "2014-~11")),
        *((text, FORM) for text in ("{2014,2015}", "[2014..2015]", "2014S2", "2014~?", "2014/2015/2016", "201", "14")),
        *((text, FORM) for text in ("2014-1", "2014-11-3", "2014-11-", "November 2014", "٢٠١٤", "2014 - 11")),
    ],
)
def test_what_is_no_date_is_refused_with_what_to_do(text: str, sentence: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        read(text)
    assert refusal.value.messages == [sentence]


def test_every_date_of_the_record_is_read(shared: Path) -> None:
    texts = {
        row["date_edtf"]
        for path in sorted((shared / "data" / "aros").glob("*.csv"))
        for row in csv.DictReader(path.open(encoding="utf-8"))
        if row.get("date_edtf")
    }
    assert {read(text).text for text in texts} == texts
    assert len(texts) > 40


def test_dates_sort_by_their_first_day_however_exact_they_are() -> None:
    texts = ["2017-23", "2014-11", "2016-02-17~", "2014-05-13/2014-05-17", "2014"]
    ordered = sorted(texts, key=lambda text: (read(text).earliest, read(text).latest))
    assert ordered == ["2014", "2014-05-13/2014-05-17", "2014-11", "2016-02-17~", "2017-23"]


@settings(max_examples=300, deadline=None)
@given(ANY_TEXT)
@example("2014-02-29/2014-03-01")
@example("2200-24")
@example("2014-1X")
def test_any_text_is_read_and_said_or_refused(text: str) -> None:
    try:
        date = read(text)
    except ValidationError as refusal:
        assert len(refusal.messages) == 1
        return
    assert date.earliest <= date.latest
    assert read(date.text) == date
    assert all(said.strip() == said != "" for said in (words(text), words(text, "es"), short_words(text, "es")))


@pytest.mark.parametrize("piece", ["2014-", "2014-11-17/", "1", "/", ".", "~", "2014-11-17T", " ", "é", "\x00"])
def test_a_text_of_100000_characters_costs_nothing(piece: str) -> None:
    huge = (piece * 100_000)[:100_000]
    started = time.perf_counter()
    with pytest.raises(ValidationError):
        read(huge)
    assert time.perf_counter() - started < 0.05


def test_a_page_of_a_thousand_dates_is_said_at_once() -> None:
    words("2014-05-13/2014-05-17")
    started = time.perf_counter()
    assert {words("2014-05-13/2014-05-17") for _ in range(1000)} == {"May 13-17, 2014"}
    assert time.perf_counter() - started < 0.1
