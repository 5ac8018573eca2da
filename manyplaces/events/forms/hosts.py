"""Who hosts: the form of a commitment with its contact, and the small forms of the private page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy

from manyplaces.actions.models import Action
from manyplaces.core.contacts import LANGUAGES
from manyplaces.core.sealing import lookup
from manyplaces.events.forms.sites import SiteForm, line
from manyplaces.events.forms.welcome import shown_welcome
from manyplaces.events.models import Commitment
from manyplaces.events.operations import Offer
from manyplaces.events.rules.hosting import HostContact
from manyplaces.people.models import Organisation


class CommitForm(SiteForm):
    """The first page: the site, and who hosts."""

    name = line(
        gettext_lazy("Your name or alias"), 80, help_text=gettext_lazy("Never public."), attrs={"autocomplete": "name"}
    )
    email = line(
        gettext_lazy("E-mail"), 254,
        help_text=gettext_lazy("Your private link is sent there. Never public; only the site writes to you."),
        attrs={"autocomplete": "email", "inputmode": "email"},
    )  # fmt: skip
    phone = line(
        gettext_lazy("Telephone"),
        40,
        help_text=gettext_lazy("Never public."),
        attrs={"autocomplete": "tel", "inputmode": "tel"},
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of our letters"), choices=LANGUAGES, required=False)
    # People do not see this field and leave it empty; programs fill everything in. Its name is none that a browser or a
    # keeper of passwords knows, so that nothing is filled in for people.
    more_about = forms.CharField(required=False, max_length=200)

    def __init__(
        self, action: Action, *given: Any, voucher: Organisation | None = None, is_dead: bool = False, **more: Any
    ) -> None:
        """`voucher` is the organisation whose link was used: its hosts need no address; or the link `is_dead`."""
        super().__init__(action, *given, **more)
        self.voucher, self.is_dead = voucher, is_dead
        self.initial.setdefault("language", get_language())

    def offer(self, cluster: int | None = None) -> Offer:
        """Return what was sent, with a keyed hash of it by which the same form sent again is known."""
        row, given = self.commitment(), self.cleaned_data
        row.vouched_by = self.voucher
        contact = HostContact(given["name"], given["email"], given["phone"], given["language"] or row.language)
        said = [f"{name}={given.get(name)}" for name in sorted(self.fields) if name != "q"]
        voucher = self.voucher.slug if self.voucher else ""
        intent = lookup("\n".join([self.action.slug, voucher, *said]), "events.commit")
        return Offer(row, contact, self.demand_rows, intent, cluster)


class ChangeForm(SiteForm):
    """The same about a site that has committed; `version` is that of what was shown."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    @staticmethod
    def initial_of(row: Commitment) -> dict[str, Any]:
        """Return what the form begins with."""
        names = ("address", "only_city", "tactic", "expected", "posters", "stickers", "media_help", "hosts_words")
        own = ("venue", "city_name", "state") if row.school_id is None else ()
        pin = f"{row.lat}, {row.lon}" if row.school_id is None and row.lat is not None else ""
        return {
            **{name: getattr(row, name) for name in (*names, *own, "shown_host", "note", "remark", "version")},
            **shown_welcome(row),
            "school": row.school.number if row.school else "none",
            "pin": pin,
            "day": row.date_edtf,
            "time": row.time_local.strftime("%H:%M") if row.time_local else "",
            "fold": row.fold,
            "demands": [demand.slug for demand in row.demands.all()],
        }


class PersonForm(forms.Form):
    """Another host: how he is reached."""

    name = line(gettext_lazy("Name or alias"), 80)
    email = forms.CharField(
        label=gettext_lazy("E-mail"), max_length=254, widget=forms.TextInput(attrs={"inputmode": "email"})
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of our letters"), choices=LANGUAGES, required=False)

    def contact(self) -> HostContact:
        """Return what was typed."""
        given = self.cleaned_data
        return HostContact(given["name"], given["email"], "", given["language"] or "en")


class WordsForm(forms.Form):
    """A few words: an answer to the reviewers, or why somebody withdraws."""

    words = forms.CharField(
        label=gettext_lazy("Your words"), required=False, max_length=1_000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *given: Any, **more: Any) -> None:
        """Name its field as the page does, so that what is wrong leads there."""
        super().__init__(*given, **{**more, "auto_id": "%s"})


class LinkForm(forms.Form):
    """The address to which a new private link is to be sent."""

    email = forms.CharField(
        label=gettext_lazy("E-mail"), max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "email", "inputmode": "email"}),
    )  # fmt: skip
