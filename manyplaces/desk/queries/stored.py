"""What is stored about people, class by class: what somebody would find who seized the machine."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Min, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from manyplaces.core.safes import is_whole
from manyplaces.events.models import Commitment, Host, TrustedHost
from manyplaces.journal.models import Entry
from manyplaces.lists.models import ListRow, SiteList
from manyplaces.mail.models import Job, Letter, Suppression
from manyplaces.people.models import (
    ContactExport,
    GivenContact,
    Passkey,
    Person,
    Proposal,
    RoleGrant,
    Session,
    SignIn,
)
from manyplaces.record.models import MediaHit
from manyplaces.reports.models import Photo, Recap, Report, Takedown
from manyplaces.rsvps.models import Crowd, Message, PastCrowd, Purge, Rsvp, Safe
from manyplaces.rsvps.rules import State

# What nobody can demand of us, because it is nowhere.
NOT_HELD = (
    _("No network addresses and no cookies of visitors, neither in the database nor in the logs."),
    _("No devices, browsers, positions or pages that somebody has looked at."),
    _("No passwords; there are none."),
    _("No times at which somebody said that he comes, but the day."),
    _("No names of those who gave a number alone, and no links between their answers."),
    _("No texts of letters that were sent, and no list of who opened one."),
    _("Nothing that people left for an event, %(days)s days after it, but contacts that they gave to an organisation."),
)


@dataclass(frozen=True)
class Stored:
    """One class of what is stored: its words, whether it is sealed, how many rows there are, and the oldest day."""

    name: str
    words: Any
    is_sealed: bool
    many: int
    oldest: datetime.date | None


def stored() -> list[Stored]:
    """Return every class of what is stored about people; two queries for each."""
    return [_looked_at(name, words, rows, at, is_sealed) for name, words, rows, at, is_sealed in _classes()]


def _looked_at(name: str, words: Any, rows: QuerySet[Any], at: str, is_sealed: bool) -> Stored:
    oldest = rows.aggregate(oldest=Min(at))["oldest"] if at else None
    day = oldest.date() if isinstance(oldest, datetime.datetime) else oldest
    return Stored(name, words, is_sealed, rows.order_by().distinct().count(), day)


def _classes() -> list[tuple[str, Any, QuerySet[Any], str, bool]]:
    return [*_of_attendees(), *_of_hosts(), *_of_accounts(), *_of_letters()]


def _of_attendees() -> list[tuple[str, Any, QuerySet[Any], str, bool]]:
    answers, bare = Rsvp.objects.all(), Q(name_sealed=b"", email_sealed=b"", phone_sealed=b"")
    whole = [safe.pk for safe in Safe.objects.filter(destroyed_at=None) if is_whole(safe.name)]
    safes = Safe.objects.filter(pk__in=whole)
    return [
        ("answers", _("answers of people who come, or do not"), answers, "made_on", False),
        ("answers_bare", _("of these without a name, an address and a number"), answers.filter(bare), "made_on", False),
        ("answers_named", _("of these with a name"), answers.exclude(name_sealed=b""), "made_on", True),
        ("answers_addressed", _("of these with an address"), answers.exclude(email_sealed=b""), "made_on", True),
        ("answers_numbered", _("of these with a number for texts"), answers.exclude(phone_sealed=b""), "made_on", True),
        ("answers_needs", _("of these with what somebody needs"), answers.exclude(needs_sealed=b""), "made_on", True),
        ("unconfirmed", _("of these not confirmed"), answers.filter(state=State.UNCONFIRMED), "made_on", False),
        ("messages", _("messages of hosts to those who come"), Message.objects.all(), "made_at", True),
        ("crowds", _("events with a count of who comes"), Crowd.objects.all(), "", False),
        ("past_crowds", _("sums of who came, by state, five people at least"), PastCrowd.objects.all(), "", False),
        ("safes", _("keys of attendees that still open something"), safes, "made_on", False),
        ("purges", _("lines of what was destroyed"), Purge.objects.all(), "on", False),
    ]


def _of_hosts() -> list[tuple[str, Any, QuerySet[Any], str, bool]]:
    lists = SiteList.objects.exclude(upload_sealed=b"")
    rows = ListRow.objects.exclude(email_sealed=b"", phone_sealed=b"", name_sealed=b"")
    given, files = GivenContact.objects.all(), ContactExport.objects.all()
    return [
        ("hosts", _("hosts, with name, address or telephone"), Host.objects.all(), "commitment__made_at", True),
        ("commitments", _("commitments of sites, in their hosts’ words"), Commitment.objects.all(), "made_at", False),
        ("reports", _("reports of sites on how it went, in their own words"), Report.objects.all(), "made_at", False),
        (
            "photos",
            _("photos of sites, faces covered, with their words and credits"),
            Photo.objects.all(),
            "made_at",
            False,
        ),
        (
            "photos_sealed",
            _("of these with the photo as it was sent"),
            Photo.objects.exclude(negative=""),
            "made_at",
            True,
        ),
        ("takedowns", _("requests to take a photo down, without who asked"), Takedown.objects.all(), "asked_at", False),
        (
            "media",
            _("stories in the press, with the names of who typed them in"),
            MediaHit.every.all(),
            "made_at",
            False,
        ),
        ("recaps", _("recaps of actions, with who wrote and published them"), Recap.objects.all(), "written_at", False),
        ("trusted_hosts", _("addresses of trusted hosts, as hashes"), TrustedHost.objects.all(), "made_at", False),
        ("list_files", _("lists of sites as they came"), lists, "made_at", True),
        ("list_contacts", _("contacts in lists of sites"), rows, "of__made_at", True),
        ("given_contacts", _("contacts that people gave to an organisation"), given, "given_on", True),
        ("contact_files", _("files of such contacts that were asked for"), files, "asked_at", False),
    ]


def _of_accounts() -> list[tuple[str, Any, QuerySet[Any], str, bool]]:
    given = Person.objects.exclude(press_line="")
    return [
        ("accounts", _("accounts of coordinators, reviewers and press"), Person.objects.all(), "made_on", True),
        ("press_lines", _("of these with what everybody finds in press kits"), given, "made_on", False),
        ("roles", _("roles of accounts"), RoleGrant.objects.all(), "since", False),
        ("sessions", _("browsers signed in, without anything about them"), Session.objects.all(), "made_at", False),
        ("codes", _("codes for signing in, of a day"), SignIn.objects.all(), "made_at", True),
        ("passkeys", _("passkeys"), Passkey.objects.all(), "made_on", False),
        ("proposals", _("proposals that need a second person"), Proposal.objects.all(), "made_at", False),
        ("journal", _("entries of the journal, which says who did what"), Entry.objects.all(), "at", False),
        ("jobs", _("work in the background"), Job.objects.all(), "made_at", False),
    ]


def _of_letters() -> list[tuple[str, Any, QuerySet[Any], str, bool]]:
    kept = Letter.objects.exclude(to_sealed=b"", content_sealed=b"")
    return [
        ("letters", _("letters, most of them without address and text"), Letter.objects.all(), "made_at", False),
        ("letters_addressed", _("of these with an address or a text"), kept, "made_at", True),
        ("suppressions", _("addresses that want no letters, as hashes"), Suppression.objects.all(), "made_on", False),
    ]
