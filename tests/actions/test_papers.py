"""What a coalition writes on its papers: how its words are read, who may write them, and the way back to ours."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import translation

from manyplaces.actions.models import Action, PaperText
from manyplaces.actions.operations import draft_action, duplicate_action, publish_action, remove_paper_text, write_paper
from manyplaces.actions.queries import own_texts, paper_lines, untranslated
from manyplaces.actions.rules import LONGEST, Line, Paper, Piece, names_in, our_text, papers_for_any, read_text
from manyplaces.core.refusals import NotNow
from manyplaces.journal.models import Entry


@pytest.fixture
def action(db: None, nia: Any) -> Action:
    """A public action."""
    draft = draft_action(Action(slug="oct", name="October", kind="day", date_edtf="2026-10-06"), by=nia).row
    return publish_action(draft, version=0, by=nia).row


def test_a_text_is_read_line_by_line() -> None:
    text = "# Come to {school}\n\nOn {date} at {Hora}.\n- Bring [what]\n{demands}\n"
    assert read_text(text, Paper.RELEASE) == [
        Line("headline", (Piece("Come to "), Piece("school", "name"))),
        Line("paragraph", (Piece("On "), Piece("date", "name"), Piece(" at "), Piece("time", "name"), Piece("."))),
        Line("item", (Piece("Bring "), Piece("what", "gap"))),
        Line("demands", (Piece("demands", "name"),)),
    ]


@pytest.mark.parametrize(
    ("words", "minutes", "said"),
    [
        ("-30 Gather", -30, "Gather"),
        ("0 Begin", 0, "Begin"),
        ("+15 Count", 15, "Count"),
        ("− 5 Quiet", -5, "Quiet"),
        ("10 people stand at the gate", None, "10 people stand at the gate"),
        ("- 30 people stand at the gate", -30, "people stand at the gate"),
    ],
)
def test_the_agenda_counts_from_the_start(words: str, minutes: int | None, said: str) -> None:
    [line] = read_text(words, Paper.AGENDA)
    assert (line.minutes, line.pieces) == (minutes, (Piece(said),))
    [elsewhere] = read_text(words, Paper.FLYER)
    assert elsewhere.minutes is None


def test_a_job_has_its_name_before_the_colon() -> None:
    [job, plain] = read_text("- Greeters: say where to go: left\n- Nobody", Paper.JOBS)
    assert (job.lead, job.pieces, plain.lead) == ("Greeters", (Piece("say where to go: left"),), "")


def test_braces_that_are_no_names_are_words_and_signs_of_the_typesetter_too() -> None:
    text = "{ } {1} #set page(width: 1cm) $x$ *bold* @here <label> `raw` // no comment /* {{school}}"
    [line] = read_text(text, Paper.FLYER)
    assert "".join(f"{{{piece.text}}}" if piece.kind == "name" else piece.text for piece in line.pieces) == text


def test_our_own_texts_can_be_read_have_room_and_name_the_same_in_both_languages() -> None:
    for paper in Paper:
        named = []
        for language in ("en", "es"):
            text = our_text(paper, language)
            assert len(text) <= LONGEST[paper]
            lines = read_text(text, paper)
            named.append([[piece.text for piece in line.pieces if piece.kind == "name"] for line in lines])
            forms = [(line.form, line.minutes, bool(line.lead)) for line in lines]
            named.append(forms)
        assert (paper, named[0] and [sorted(names) for names in named[0]], named[1]) == (
            *(paper, [sorted(names) for names in named[2]], named[3]),
        )
    assert our_text(Paper.SIGN_IN, "en") != our_text(Paper.SIGN_IN, "es")
    assert [len(names_in(language)) for language in ("en", "es")] == [11, 11]


def test_nia_writes_her_own_words_and_goes_back_to_ours(action: Action, nia: Any) -> None:
    ours = our_text(Paper.FLYER, "es")
    assert write_paper(action, Paper.FLYER, {"en": "Come to {school}!\r\n", "es": ours}, by=nia) == 1
    assert own_texts(action) == {("flyer", "en"): "Come to {school}!"}
    lines = paper_lines(action, "en")
    assert lines[Paper.FLYER] == [Line("paragraph", (Piece("Come to "), Piece("school", "name"), Piece("!")))]
    assert paper_lines(action, "es")[Paper.FLYER] == read_text(ours, Paper.FLYER)
    # Ours, typed or chosen, are ours: what we change later is printed.
    assert write_paper(action, Paper.FLYER, {"en": our_text(Paper.FLYER, "en"), "es": ours}, by=nia) == 1
    assert own_texts(action) == {}
    write_paper(action, Paper.FLYER, {"es": "¡Vengan!"}, by=nia)
    remove_paper_text(PaperText(action=action, paper="flyer", language="es"), by=nia)
    remove_paper_text(PaperText(action=action, paper="flyer", language="es"), by=nia)
    told = Entry.objects.filter(verb__startswith="papertext.").order_by("pk").values_list("verb", "before")
    gone = {"paper": "flyer", "action": "oct"}
    assert list(told) == [
        ("papertext.added", None),
        ("papertext.removed", {**gone, "language": "en", "text": "Come to {school}!"}),
        ("papertext.added", None),
        ("papertext.removed", {**gone, "language": "es", "text": "¡Vengan!"}),
    ]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "Write something here"),
        ("x" * 401, "room for 400"),
        ("Come to {scool}", "“{scool}” stands for nothing"),
    ],
)
def test_a_text_that_cannot_be_printed_is_refused_with_nothing_kept(
    text: str, why: str, action: Action, nia: Any
) -> None:
    with pytest.raises(ValidationError) as refusal:
        write_paper(action, Paper.FLYER, {"en": "Fine.", "es": text}, by=nia)
    assert list(refusal.value.message_dict) == ["es"]
    assert why in refusal.value.message_dict["es"][0]
    assert (PaperText.objects.count(), Entry.objects.filter(verb__startswith="papertext").count()) == (0, 0)


def test_nobody_but_who_may_change_the_action_writes_on_its_papers(action: Action, carla: Any, otto: Any) -> None:
    for somebody in (carla, otto):
        with pytest.raises(PermissionDenied):
            write_paper(action, Paper.FLYER, {"en": "Mine"}, by=somebody)
    assert PaperText.objects.count() == 0


def test_who_saves_what_somebody_else_has_changed_is_told(action: Action, nia: Any) -> None:
    version = Action.every.get().version
    write_paper(action, Paper.FLYER, {"en": "First"}, version=version, by=nia)
    with pytest.raises(NotNow):
        write_paper(action, Paper.FLYER, {"en": "Second"}, version=version, by=nia)
    with pytest.raises(NotNow):
        remove_paper_text(PaperText(action=action, paper="flyer", language="en"), version=version, by=nia)
    assert own_texts(action) == {("flyer", "en"): "First"}


def test_an_action_like_this_one_has_its_words_and_publishing_names_what_lacks_its_spanish(
    action: Action, nia: Any
) -> None:
    write_paper(action, Paper.AGENDA, {"en": "0 Begin"}, by=nia)
    write_paper(action, Paper.FLYER, {"en": "Come", "es": "Vengan"}, by=nia)
    copy = duplicate_action(action, slug="may", name="May", date_edtf="2027-05-01", by=nia).row
    assert own_texts(copy) == own_texts(action)
    with translation.override("en"):
        assert [part for part in untranslated(copy) if part[1] == "paper"] == [("Agenda of the day", "paper")]


def test_papers_for_any_school_are_there_until_the_action_is_over(action: Action) -> None:
    first, last = datetime.date(2026, 10, 6), datetime.date(2026, 10, 7)
    assert papers_for_any(action, first) == [Paper.AGENDA, Paper.JOBS, Paper.SIGN_IN]
    action.opens_at = datetime.datetime(2026, 9, 1, tzinfo=datetime.UTC)
    assert papers_for_any(action, first)[0] == Paper.COMMITMENT
    assert papers_for_any(action, last) == []
