"""Hana and Guillermo say when they start: the same words mean the same at every door, and nothing is guessed."""

from __future__ import annotations

import datetime

import pytest
from django.core.exceptions import ValidationError

from manyplaces.core.spokenclocks import read_start

USUAL = datetime.time(7, 45)

CLOCKS = {
    "7:20": "7:20 | 07:20 | 7.20 | 7.20 am | 7:20am | 7:20 a. m. | 7:20 A.M. | 7h20 | 7:20 h | 7:20 hrs | 7:20 hrs. "
    "| 0720 | 720 | a las 7:20 | A las 7:20 de la mañana | 7:20 de la mañana | 7:20 en la mañana | las 7:20 | at 7:20 "
    "| 7 y 20 | 7 y 20 de la mañana | 7:20 in the morning | 7:20 am (before the bell) | 7:20 horas "
    "| 7:20, antes del timbre",
    "12:00": "noon | at noon | mediodía | al mediodía | 12:00 | 12 pm | 12 del mediodía | 12 h",
    "15:00": "3 de la tarde | 3pm | 3 p.m. | 15 h | 15h | 15 hrs | 1500 | a las 3 de la tarde | 3 in the afternoon",
    "07:30": "7 y media de la mañana | 7 y media am | 7:30 am",
    "13:00": "a la 1 de la tarde",
}
BELLS = (
    "|before the bell|Before Bell|before the first bell|first bell|the bell|bell|before school|before school starts"
    "|before the school day starts|before classes|before class|right before the bell rings|as usual|usual"
    "|antes de clases|Antes de la clase|antes de las clases|antes de la escuela|antes de la campana|antes del timbre"
    "|antes de que suene el timbre|antes de la entrada|a la entrada|antes de entrar|antes de que empiecen las clases"
    "|como siempre|primera campana|Before the doors open"
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [(typed.strip(), kept) for kept, ways in CLOCKS.items() for typed in ways.split("|")],
)
def test_a_clock_is_understood_as_people_write_it(typed: str, kept: str) -> None:
    assert read_start(typed, usual=None) == (datetime.time.fromisoformat(kept.zfill(5)), None)


@pytest.mark.parametrize("typed", BELLS.split("|"))
def test_before_the_bell_is_the_actions_own_time_and_asked_about_where_it_has_none(typed: str) -> None:
    words = ("before the doors open", "antes de abrir")
    assert read_start(typed, usual=USUAL, words=words) == (USUAL, None)
    if typed:
        with pytest.raises(ValidationError) as asked:
            read_start(typed, usual=None, words=words)
        assert asked.value.messages == ["When is that at your school? Write a time such as 7:45 am."]


def test_a_zone_is_told_with_the_time_and_nothing_typed_without_a_usual_time_is_no_time() -> None:
    assert read_start("7:20 am CST", usual=USUAL) == (datetime.time(7, 20), "CST")
    assert read_start(" ", usual=None) == (None, None)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("7", "question"), ("3:30", "question"), ("3 h", "question"), ("a las 7", "question"), ("midnight", "question"),
        ("medianoche", "question"), ("after school", "question"), ("last bell", "question"), ("salida", "question"),
        ("lunch", "question"), ("despues de clases", "question"), ("early", None), ("25:00", None), ("7:20-8:00", None),
        ("bellyache", None), ("x" * 41, "long"), ("7:20\n8:20", "lines"), ("9999", None),
    ],
)  # fmt: skip
def test_what_says_too_little_or_too_much_is_asked_about_or_refused(typed: str, code: str | None) -> None:
    with pytest.raises(ValidationError) as refusal:
        read_start(typed, usual=USUAL)
    assert refusal.value.code == code
