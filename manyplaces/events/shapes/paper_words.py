"""The words that stand on every paper of a kind, whatever a coalition writes on it, in the language that is on."""

from __future__ import annotations

from django.utils.translation import gettext as _

from manyplaces.actions.rules import Paper

Words = dict[str, str | list[str]]


def words_of_papers(forget_days: int) -> dict[str, Words]:
    """Return the words by paper; those of the press are shared, and `all` holds what any of them needs."""
    return {
        "all": {"school": _("School or place")},
        "press": _press(),
        Paper.COMMITMENT.value: _commitment(),
        Paper.FLYER.value: {
            "asks": _("We ask for"),
            "scan": _("More, and whatever changes:"),
            "day": _("Day"),
            "time": _("Time"),
            "place": _("Where"),
        },
        Paper.AGENDA.value: _agenda(),
        Paper.JOBS.value: {
            "title": str(Paper.JOBS.label),
            "job": _("Job"),
            "what": _("What to do"),
            "who": _("Who"),
            "little": _("First names are enough. Throw this sheet away after the day."),
        },
        Paper.SIGN_IN.value: _sign_in(forget_days),
        Paper.REPORT.value: _report(),
    }


def _commitment() -> Words:
    return {
        "title": str(Paper.COMMITMENT.label),
        "what": _("What and when?"),
        "day": _("Day"),
        "time": _("Time"),
        "tactic": _("What will you do?"),
        "address": _("Where to meet"),
        "public": _("public"),
        "hosts": _("Organisation that hosts"),
        "expected": _("How many people do you expect?"),
        "demands": _("What are you asking for?"),
        "needs": _("What do you need?"),
        "posters": _("Posters"),
        "stickers": _("Stickers"),
        "media": _("I would like help with the media"),
        "note": _("For those who come"),
        "host": _("Who hosts?"),
        "sealed": _("Never public. Whoever has typed this in tears the sheet up."),
        "name": _("Your name or alias"),
        "email": _("E-mail"),
        "phone": _("Telephone"),
        "letters": _("Language of our letters"),
    }


def _agenda() -> Words:
    return {
        "title": str(Paper.AGENDA.label),
        "time": _("When"),
        "what": _("What happens"),
        "who": _("Who does it"),
        "demands": _("What we ask for"),
        "numbers": _("Whom to call (in an emergency: 911)"),
        "host": _("Host:"),
        "school": _("School office:"),
        "media": _("For the press:"),
        "care": _("Care and safety:"),
        "keep": _("For those who help. It does not belong on the table."),
    }


def _sign_in(forget_days: int) -> Words:
    return {
        "title": str(Paper.SIGN_IN.label),
        "nobody": _("Nobody has to sign."),
        "little": _("You can take part without it. A first name is enough, and you may leave out whatever you like."),
        "keeper": _("Who keeps this sheet:"),
        "destroyed": _("Destroyed by:"),
        "days": _("%(days)d days after the event") % {"days": forget_days},
        "nobody_else": _(
            "Whoever keeps it writes to those who ticked the last box, gives it to nobody else, and then shreds it."
        ),
        "name": _("First name, or name"),
        "reach": _("Telephone or e-mail, if you want to be reached"),
        "next": _("Write to me"),
        "unsigned": _("Here without signing, about:"),
        "gone": _("Destroyed on:"),
        "careful": _("Children do not sign. Please take no picture of this sheet."),
    }


def _report() -> Words:
    return {
        "title": str(Paper.REPORT.label),
        "code": _("The code of this event, for whoever types this in:"),
        "many": _("How many came?"),
        "adults": _("Adults"),
        "pupils": _("Pupils"),
        "total": _("All together"),
        "low": _("If not counted: at least"),
        "high": _("at most"),
        **_counting(),
        "about": _("For the public page, in some sentences and without names of children."),
        "clock": _("At what time:"),
        "happened": _("What happened?"),
        "planned": _("as planned"),
        "other": _("other time or place"),
        "not_held": _("did not take place"),
        "media": _("Who covered it?"),
        "columns": [_("Newspaper, station or site"), _("Reporter"), _("What, when, or its web address")],
        "photos": _("Photos"),
        "no_photos": _("no"),
        "yes_photos": _("yes"),
        "credit": _("Taken by (as it may be printed):"),
        "consent": [
            _("everybody in them agreed"),
            _("no child can be recognised"),
            _("a crowd from afar"),
        ],
        "filled": _("Filled in by (first name):"),
        "typed": _("Typed in by, on:"),
        "names": _("No names of those who took part belong on this sheet."),
    }


def _counting() -> Words:
    """How somebody knows a figure and who counted, in the words of the form on the web."""
    return {
        "how": _("How do you know?"),
        "ways": [
            _("counted one by one"),
            _("from sign-in sheets"),
            _("estimated"),
            _("counted on a photo"),
            _("heard from somebody else"),
        ],
        "counter": _("Who counted?"),
        "counters": [
            _("the host"),
            _("a volunteer"),
            _("the school’s staff"),
            _("the police"),
            _("the press"),
            _("somebody else"),
        ],
    }


def _press() -> Words:
    return {
        "advisory": str(Paper.ADVISORY.label),
        "release": str(Paper.RELEASE.label),
        "for": _("For the press"),
        "contact": _("Contact on site"),
        "name": _("Name:"),
        "reach": _("Telephone or e-mail:"),
        "what": _("What"),
        "when": _("When"),
        "where": _("Where"),
        "who": _("Who"),
        "why": _("Why"),
        "fill": _("Fill in or strike out whatever is grey before you send it."),
    }
