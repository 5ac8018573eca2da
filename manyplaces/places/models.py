"""Cities and places, and every spelling under which a place is known."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from manyplaces.places.geometry import STATES

LATITUDE = (MinValueValidator(-90), MaxValueValidator(90))
LONGITUDE = (MinValueValidator(-180), MaxValueValidator(180))


class City(models.Model):
    """The reporting unit: a city or town, also a county or a district."""

    state = models.CharField(_("state"), max_length=2, choices=[(code, names[0]) for code, names in STATES.items()])
    name = models.CharField(_("city"), max_length=100)
    slug = models.SlugField(max_length=100)
    folded = models.CharField(max_length=100, db_index=True)
    # Empty where neither the gazetteer nor the file knows it; such a city is in the lists and not on the map.
    lat = models.FloatField(null=True, blank=True, validators=LATITUDE)
    lon = models.FloatField(null=True, blank=True, validators=LONGITUDE)
    zone = models.CharField(max_length=40)
    county = models.CharField(_("county"), max_length=100, blank=True)

    class Meta:
        verbose_name_plural = "cities"
        constraints = (models.UniqueConstraint(fields=["state", "slug"], name="one_city_per_state_and_name"),)

    def __str__(self) -> str:
        return f"{self.name}, {self.state}"

    def state_name(self, language: str) -> str:
        """Return the state's name in the language."""
        return STATES[self.state][1 if language == "es" else 0]


class Place(models.Model):
    """Where something happens: usually a school, with its registry number."""

    class Kind(models.TextChoices):
        """What sort of place it is."""

        SCHOOL = "school", _("school")
        COLLEGE = "college", _("college")
        PLACE = "place", _("place")

    key = models.SlugField(max_length=120, unique=True)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="places")
    registry_number = models.CharField(
        _("registry number"),
        max_length=12,
        unique=True,
        null=True,
        blank=True,
        validators=[RegexValidator(r"\A\d{12}\Z", _("A registry number has twelve digits."))],
    )
    lat = models.FloatField(null=True, blank=True, validators=LATITUDE)
    lon = models.FloatField(null=True, blank=True, validators=LONGITUDE)

    def __str__(self) -> str:
        return self.name


class PlaceName(models.Model):
    """One spelling of a place's name within its city; events hang on the spelling, so a merged place keeps them."""

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="names")
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="place_names")
    text = models.CharField(max_length=200)
    folded = models.CharField(max_length=200, db_index=True)
    match_key = models.CharField(max_length=200, blank=True, db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["city", "folded"], name="one_spelling_per_city"),)

    def __str__(self) -> str:
        return self.text


class School(models.Model):
    """One entry of the registry: a known school. It becomes a place when something happens there."""

    number = models.CharField(_("registry number"), max_length=12, unique=True)
    name = models.CharField(_("name"), max_length=200)
    match_key = models.CharField(max_length=200, blank=True)
    district = models.CharField(_("district"), max_length=200, blank=True)
    street = models.CharField(_("street"), max_length=200, blank=True)
    city_name = models.CharField(_("city"), max_length=100)
    # The city's slug as in City.slug, without which a school would have to be looked up to know whose area it is in.
    city_slug = models.CharField(max_length=100)
    county = models.CharField(_("county"), max_length=100, blank=True)
    state = models.CharField(_("state"), max_length=2)
    zipcode = models.CharField(max_length=10, blank=True)
    level = models.CharField(_("level"), max_length=12, blank=True)
    grades = models.CharField(_("grades"), max_length=12, blank=True)
    lat = models.FloatField(null=True, blank=True, validators=LATITUDE)
    lon = models.FloatField(null=True, blank=True, validators=LONGITUDE)
    # Schools that a newer list no longer has are kept: the record speaks of them.
    is_closed = models.BooleanField(default=False)
    # The name of the time zone, so that nobody who commits has to wait for the gazetteer.
    zone = models.CharField(max_length=40, blank=True)
    # The names that people gave it, one a line (each is a SchoolAlias), and every word under which it is found. The
    # search index over these words is made by a migration, since each database has its own.
    also = models.TextField(blank=True)
    words = models.TextField(blank=True)

    class Meta:
        indexes = (
            models.Index(fields=["state", "city_slug", "match_key"], name="school_by_city_and_key"),
            # For names that begin as somebody types; PostgreSQL needs the class for it.
            models.Index(fields=["match_key"], name="school_by_key", opclasses=["varchar_pattern_ops"]),
        )

    def __str__(self) -> str:
        return f"{self.name}, {self.city_name}, {self.state}"


class SchoolAlias(models.Model):
    """A name under which people of one city know a school, learned when somebody answered which school was meant."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="aliases")
    text = models.CharField(max_length=200)
    folded = models.CharField(max_length=200)
    state = models.CharField(max_length=2)
    city_slug = models.CharField(max_length=100)

    class Meta:
        verbose_name_plural = "school aliases"
        constraints = (
            models.UniqueConstraint(fields=["state", "city_slug", "folded"], name="one_school_per_alias_and_city"),
        )

    def __str__(self) -> str:
        return self.text


class SchoolList(models.Model):
    """One import of a list of schools into the registry, which the journal speaks of."""

    file_name = models.CharField(max_length=255)
    started = models.DateTimeField(default=timezone.now)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    closed = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"list of schools {self.pk}"


class Vocabulary(models.Model):
    """One row: every word of the registry in the order of the alphabet, against which typing errors are put right."""

    version = models.PositiveIntegerField(default=0)
    words = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "vocabularies"

    def __str__(self) -> str:
        return f"words of the registry, version {self.version}"
