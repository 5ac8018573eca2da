"""The columns of every kind of table that goes in and out: their names, what they mean, and what they fill."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

# In this order: what a row refers to has to be there. What nothing can be added to any more comes last.
Kind = Literal[
    "actions", "events", "claims", "media", "details", "reports", "photos", "recaps", "closings", "corrections"
]
KINDS: tuple[Kind, ...] = get_args(Kind)
# The folder beside the tables in which the files of photos lie.
PICTURES = "pictures"


@dataclass(frozen=True)
class Column:
    """A column: its name in the file, its meaning, whether a file must have it, and the field of the row it fills.

    `extra` marks a column that an export writes only when some row needs it, `import_only` one that it never writes.
    """

    name: str
    meaning: str
    required: bool = False
    field: str = ""
    extra: bool = False
    import_only: bool = False


COLUMNS: dict[Kind, tuple[Column, ...]] = {
    "actions": (
        Column("action_id", "Short name of the action, used in addresses and in the other files.", True, "slug"),
        Column("name", "Name of the action.", True, "name"),
        Column("kind", "“day of action”, “week of action”, “season of action”, or a tactic such as “walk-in”.", True),
        Column("date_edtf", "When: 2016-02-17, 2014-11, 2017-23 (fall), 2014-05-13/2014-05-17; ~ for about.", True),
        Column("date_note", "What must be said about the date."),
    ),
    "claims": (
        Column("action_id", "The action that the figure is about.", True, "action"),
        Column("phase", "planned, registered, committed, held, cancelled or context.", True, "phase"),
        Column("metric", "What is counted, in the words of the source: schools, cities, “NEA cities”.", True),
        Column("value_text", "The figure in the words of the source: “close to 200”.", True, "value_words"),
        Column("low", "The lowest number that the words allow; empty if that side is open.", field="low"),
        Column("high", "The highest number that the words allow; empty if that side is open.", field="high"),
        Column("basis", "How sure the figure is: stated, at least, at most, estimate, vague word.", field="basis"),
        Column("claimed_by", "Who states it.", field="claimant"),
        Column("source_url", "Where it can be read.", field="source_url"),
        Column("date_edtf", "When it was stated.", extra=True),
        Column("stated_at", "The minute it was stated: 2026-10-06T09:12-05:00.", field="said_at", extra=True),
        Column("city", "The city that the figure is about, if it is not about the whole action.", extra=True),
        Column("state", "The two letters of that city's state.", extra=True),
        Column("event_id", "The event that the figure is about, if it is about one event.", field="event", extra=True),
    ),
    "events": (
        Column(
            "id", "The event's id. Without one it is made from action, place, date and order in the file.", field="key"
        ),
        Column("action_id", "The action that the event belongs to.", True, "action"),
        Column(
            "date_edtf", "When, as in the file of actions, or as people write it: “Nov 17, 2026”.", field="date_edtf"
        ),
        Column("time_local", "The time that clocks show at the place: 07:45, 7:45 am, 01:30 EDT.", field="time_local"),
        Column("city", "City, town, county or district.", True, "city"),
        Column("state", "Two letters such as WI or PR; may be missing where lat and lon are given.", field="state"),
        Column(
            "venue", "The school or other place; or “city tally: …” for the summary of a whole city.", field="venue"
        ),
        Column("tactic", "What form it had, in the words of the source; empty for the action's usual one."),
        Column("status", "planned, committed, held, cancelled, postponed or unreported.", True, "phase"),
        Column("hosts", "The organisations that host it, separated by semicolons. No names of persons."),
        Column("attendance_text", "How many came, in the words of the source. Empty or NA: unknown. 0 is a figure."),
        Column("attendance_low", "The lowest number that the words allow."),
        Column("attendance_high", "The highest number that the words allow."),
        Column("attendance_basis", "How sure the figure is: stated, at least, at most, estimate, vague word."),
        Column("source_urls", "Where it can be read: web addresses separated by blanks.", field="sources"),
        Column("note", "What else must be said.", field="note"),
        Column("languages", "What is spoken there, separated by commas: English, Spanish; or en es.", extra=True),
        Column("accessibility", "Such as: no steps, seats, accessible toilet; or the codes below.", extra=True),
        Column("accessibility_note", "More about it, in the host's words.", field="access_note", extra=True),
        Column("safety", "A word about safety, in the host's words.", field="safety", extra=True),
        Column("room_for", "For how many people there is room.", field="capacity", extra=True),
        Column("media_link", "A news story about the event; it becomes a media hit.", field="link", import_only=True),
        Column(
            "media_outlet", "Who published it; without it the name of the website.", field="outlet", import_only=True
        ),
        Column("lat", "Latitude in degrees: helps to find a missing city or state.", field="lat", import_only=True),
        Column("lon", "Longitude in degrees.", field="lon", import_only=True),
    ),
    "media": (
        Column("id", "The item's id. Without one it is made from action and link.", field="key"),
        Column("action_id", "The action that the item is about.", True, "action"),
        Column("date_edtf", "When it was published."),
        Column("outlet", "Who published it.", True, "outlet"),
        Column("headline", "The headline; in brackets a description where it is not known.", field="headline"),
        Column("kind", "earned, advance, opinion, partner, syndicated copy, repost or paid.", True, "kind"),
        Column("place", "“national”, a state, or a city of the action; other words are kept as they are."),
        Column("source_url", "The link.", field="link"),
        Column("city", "The city, where the words in “place” do not say it.", extra=True),
        Column("state", "The two letters of the state, where the words in “place” do not say it.", extra=True),
        Column("language", "The language of the item, such as en or es.", field="language", import_only=True),
        Column("archived_link", "Where a copy is kept.", field="archived_link", import_only=True),
        Column("link_state", "unknown, live, dead or archived.", field="link_state", import_only=True),
        Column("copy_of", "The id of the story that this is a copy of.", field="copy_of", import_only=True),
        Column("event_ids", "The ids of the events it is about, separated by blanks.", field="events", extra=True),
    ),
    "reports": (
        Column("id", "The report's id. Without one the row is known by its site and all that it says.", field="key"),
        Column("event_id", "The event that it is about.", True, "event"),
        Column("people_text", "How many came, as it was said: “62”, “60-70”, “hundreds”.", field="people_words"),
        Column("adults", "How many of them were adults, where they were counted apart.", field="adults"),
        Column("pupils", "How many of them were pupils.", field="pupils"),
        Column("how", "counted, sheets, estimated, picture or heard.", field="how"),
        Column(
            "counted_by", "host, volunteer, school, police, press or other; empty for the host.", field="counted_by"
        ),
        Column("happened", "What happened, in the words of the site.", field="happened"),
        Column("covered", "Who covered it.", field="covered"),
        Column("took_place", "no, where it did not; then “happened” says why."),
        Column("language", "The language of its words: en or es.", field="language"),
        Column("came_by", "How it reached you: link, paper, call or table; empty for table.", field="source"),
        Column("entered_by", "host, coordinator or import, as came_by tells; never a name, and not read."),
        Column("written_at", "When it was written: 2026-10-06T09:12-05:00; empty for now.", field="written_at"),
        Column("came_at", "When it reached you; empty for now.", field="made_at"),
        Column("shown", "yes, where it stands on the pages with its words; no, where only its number counts."),
    ),
    "photos": (
        Column("id", "The photo's id, as it stands in the address under it.", True, "key"),
        Column("event_id", "The event that it is of.", True, "event"),
        Column("alt", "What is seen, in English; one of the two languages is needed.", field="alt"),
        Column("alt_es", "What is seen, in Spanish.", field="alt_es"),
        Column("credit", "Who took it.", field="credit"),
        Column("consent", "Why it may be shown: no minor, consent held or crowd.", True, "consent"),
        Column("shown_at", "When somebody let it be shown; empty for now.", field="settled_at"),
        Column("picture", "What the names of its three files begin with: NAME-large.jpg and so on.", True, "picture"),
        Column("large_sha256", "The SHA-256 of NAME-large.jpg.", extra=True),
        Column("middle_sha256", "The SHA-256 of NAME-middle.webp.", extra=True),
        Column("small_sha256", "The SHA-256 of NAME-small.webp.", extra=True),
    ),
    "recaps": (
        Column("action_id", "The action that it tells of.", True, "action"),
        Column(
            "text", "The text in English, in Markdown with marks for numbers; one language is needed.", field="body"
        ),
        Column("text_es", "The text in Spanish.", field="body_es"),
        Column("photos", "The ids of the photos it shows, in their order, separated by blanks.", field="photos"),
        Column("stories", "The ids of the media hits it shows, in their order, separated by blanks.", field="hits"),
        Column("shows_cities", "yes, where it tells what cities report.", True, "shows_cities"),
        Column("written_at", "When it was last changed; empty for now.", field="written_at"),
        Column("published_at", "When everybody could first read it; empty for the same.", field="published_at"),
    ),
    "closings": (
        Column("action_id", "The action.", True, "action"),
        Column("closed_at", "Since when its record is closed: 2026-12-01T09:12-05:00.", True, "closed_at"),
    ),
    "corrections": (
        Column("id", "The correction's id.", True, "uid"),
        Column("action_id", "The action that it is of.", True, "action"),
        Column("event_id", "The event that it is about, if it is about one.", field="event"),
        Column("of", "record: it stands beside a closed record; recap: it was made with a change of the recap.", True),
        Column("text", "What was wrong and what is right, in English.", True, "body"),
        Column("text_es", "The same in Spanish.", field="body_es"),
        Column("signed", "Who says so.", True, "signed"),
        Column("made_at", "When it was put there; empty for now.", field="made_at"),
    ),
    "details": (
        Column("what", "action, part, demand, goal, organisation, city, place, event, media, claim or note.", True),
        Column("action_id", "The action, for an action, part, demand, goal or claim."),
        Column("key", "Which one it is; the forms are listed below.", True),
        Column("field", "What is said about it; the forms are listed below.", True),
        Column("value", "The value, texts in English. Empty leaves what is there.", True),
        Column("value_es", "The same text in Spanish. Empty leaves what is there."),
        Column("note", "For whoever keeps the file: it is not imported."),
    ),
}

# What fills a field of another name, so that a refusal of the field is told about the right column.
_FILLED_BY = {
    "actions": {"tactic": "kind"},
    "claims": {"metric_words": "metric"},
    "events": {
        **{"tactic_words": "tactic", "hosts_words": "hosts", "name": "hosts", "value_words": "attendance_text"},
        **{"spoken": "languages", "access": "accessibility"},
        **{"low": "attendance_low", "high": "attendance_high", "basis": "attendance_basis"},
    },
    "media": {"place_words": "place"},
    "details": {},
    "reports": {},
    "photos": {},
    "recaps": {},
    "closings": {},
    "corrections": {},
}


def header(kind: Kind) -> list[str]:
    """Return the columns that an export of the kind always has."""
    return [column.name for column in COLUMNS[kind] if not column.extra and not column.import_only]


def column_of(kind: Kind, field: str) -> str:
    """Return the column that fills a field of the row; empty where none does."""
    names = [column.name for column in COLUMNS[kind]]
    if field in names:
        return field
    found = next((column.name for column in COLUMNS[kind] if column.field == field), "")
    return found or _FILLED_BY[kind].get(field, "")
