"""Our own words on each paper, in both languages: what is printed until a coalition writes its own."""

from __future__ import annotations

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from manyplaces.actions.rules.papers import Paper

TEXTS: dict[Paper, tuple[str | Promise, ...]] = {
    Paper.COMMITMENT: (
        _(
            "Yes, we take part in {action}. One sheet for each school or place: please write clearly, fill in "
            "what you know, and leave the rest open."
        ),
    ),
    Paper.FLYER: (
        _(
            "Families, pupils, educators and everybody from around here: we come together, on the same day as "
            "people in many other places."
        ),
        _("Come as you are and bring somebody along. Nobody has to sign up."),
    ),
    Paper.AGENDA: (
        _("-60 Host and helpers meet. Everybody takes a job and knows whom to call."),
        _("-45 Table, signs, water and sign-in sheet are ready. The way in is free for wheelchairs and strollers."),
        _("-30 Greeters stand where people arrive, with flyers in English and Spanish."),
        _("-10 Gather. Say what will happen, where to stand, and that nobody has to sign or be in a picture."),
        _("0 Welcome, in two minutes: who we are, why we are here, what we ask for."),
        _("+5 Three people speak, one minute each: a parent, a pupil, an educator."),
        _("+10 What we came for: {tactic}. Together, calmly, and nobody is left behind."),
        _(
            "+15 Count: two people count by themselves, adults and pupils apart. Both numbers go on the site "
            "coordinator’s form."
        ),
        _("+20 One picture of all who want to be in it. Thank everybody and say what comes next."),
        _("+30 Tidy up. Fill in the site coordinator’s form before you leave."),
    ),
    Paper.JOBS: (
        _("A first name is enough. Whoever takes a job comes 45 minutes before the start."),
        _("- Host: keeps the time, speaks for us with the school and with whoever asks who is in charge."),
        _("- Greeters: stand where people arrive, hand out flyers, say where to go."),
        _("- Interpreters: repeat in Spanish, or in another language, what is said to all."),
        _("- Sign-in table: keeps the sheet, says that nobody has to sign, gives it to the host afterwards."),
        _("- Counters: two people who count by themselves, adults and pupils apart."),
        _("- Speakers: a parent, a pupil, an educator; one minute each."),
        _("- For the press: greets reporters, has the media advisory at hand, brings them to people who want to talk."),
        _("- Pictures: asks first, shows no child’s face without a yes from the family, no license plates."),
        _("- Care and safety: water, first aid, keeps the way in free, calms whoever is upset."),
        _("- Tidying up: leaves the place cleaner than it was."),
    ),
    Paper.SIGN_IN: (_("Welcome! Write down only what you want us to know, and only if you want to hear from us."),),
    Paper.REPORT: (
        _(
            "Please fill this in before you leave, and give it to your city coordinator today. An honest "
            "estimate is worth more than an empty line."
        ),
    ),
    Paper.ADVISORY: (
        _("# {action}: people gather at {school} in {city}"),
        _(
            "Families, pupils and educators of {school} take part in {action}, on the same day as people in many "
            "other places."
        ),
        _("# To see and to hear"),
        _("- [What can be filmed: such as families with signs at the main entrance, pupils who sing]"),
        _("- [Who can be interviewed, in which languages]"),
        _("Please film and photograph children only if their families agree."),
    ),
    Paper.RELEASE: (
        _("# {school} in {city} takes part in {action}"),
        _(
            "{city}, {state}, {date}. [How many] families, pupils and educators came together at {school} for "
            "{action}, on the same day as people in many other places."
        ),
        _(
            "“[What it meant, in one or two sentences],” said [first and last name], [parent, pupil or educator] "
            "at {school}. [Ask whether the name may be printed.]"
        ),
        _("They ask for:"),
        _("{demands}"),
        _("“[What should happen now],” said [first and last name], [who that is]."),
        _("# About us"),
        _("{coalition} called {action}. More about it: {contact}."),
    ),
}


def our_text(paper: Paper, language: str) -> str:
    """Return our own text of a paper, a line for each paragraph."""
    with translation.override(language):
        return "\n".join(str(line) for line in TEXTS[paper])
