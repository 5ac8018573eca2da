"""The coalition itself: one row with what every page says of whoever keeps this site."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, MaxLengthValidator
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from manyplaces.core.colours import LEAST_CONTRAST, contrast_on_white, is_colour, readable
from manyplaces.core.models import Bilingual, safe_link

ONLY_ROW = 1
_is_address = EmailValidator()


class Coalition(Bilingual):
    """What the coalition says of itself. Everything in this row is public."""

    class Languages(models.TextChoices):
        """The languages of the public pages, the first one first."""

        ENGLISH_SPANISH = "en es", gettext_lazy("English and Spanish; search engines show English first")
        SPANISH_ENGLISH = "es en", gettext_lazy("English and Spanish; search engines show Spanish first")
        ENGLISH = "en", gettext_lazy("English only")
        SPANISH = "es", gettext_lazy("Spanish only")

    name = models.CharField(gettext_lazy("name"), max_length=60, default="Manyplaces")
    colour = models.CharField(gettext_lazy("colour"), max_length=7, default="#b3123f")
    languages = models.CharField(
        gettext_lazy("languages"), max_length=5, choices=Languages.choices, default=Languages.ENGLISH_SPANISH
    )
    # An address that belongs to the coalition, not to a person, or a page with ways to reach it.
    contact = models.CharField(gettext_lazy("public contact"), max_length=300, blank=True)
    about = models.TextField(gettext_lazy("about"), blank=True, validators=[MaxLengthValidator(5000)])
    about_es = models.TextField(gettext_lazy("about, in Spanish"), blank=True, validators=[MaxLengthValidator(5000)])

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        wrong = {field: check(getattr(self, field)) for field, check in (("colour", unread), ("contact", unreachable))}
        if any(wrong.values()):
            raise ValidationError({field: sentence for field, sentence in wrong.items() if sentence})

    @property
    def codes(self) -> list[str]:
        """The codes of the languages of the public pages, such as ["en", "es"]."""
        return self.languages.split()

    @property
    def plain_language(self) -> str:
        """The language of texts that are not in Spanish by their field: English, unless Spanish alone is offered."""
        return "en" if "en" in self.codes else "es"

    @property
    def hue(self) -> str:
        """The colour without its sign, as it stands in addresses."""
        return self.colour.removeprefix("#")

    @property
    def contact_link(self) -> str:
        """Where a click on the contact leads."""
        return f"mailto:{self.contact}" if "@" in self.contact and "://" not in self.contact else self.contact


def unread(colour: str) -> str:
    """Return the sentence about a colour that cannot be used, or nothing."""
    if not is_colour(colour):
        return _("This is not a colour. Give one such as #b3123f.")
    contrast = contrast_on_white(colour)
    if contrast >= LEAST_CONTRAST:
        return ""
    return _(
        "%(colour)s is too light to read on white (%(contrast)s to 1, needed are %(needed)s). The nearest that can "
        "be read is %(nearest)s."
    ) % {
        "colour": colour,
        "contrast": f"{contrast:.1f}",
        "needed": LEAST_CONTRAST,
        "nearest": readable(colour),
    }


def unreachable(contact: str) -> str:
    """Return the sentence about a contact that is neither an address nor a link, or nothing."""
    for check in (safe_link, _is_address):
        try:
            if contact:
                check(contact)
        except ValidationError:
            continue
        return ""
    return _("Give an e-mail address such as info@example.org, or a web address that begins with https://.")
