"""The first tables of this room."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("actions", "0001_actions"),
        ("people", "0001_organisations"),
        ("places", "0001_cities_and_places"),
    ]

    operations = [
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("date_edtf", models.CharField(blank=True, max_length=40, verbose_name="date")),
                ("date_from", models.DateField(editable=False, null=True)),
                ("date_to", models.DateField(editable=False, null=True)),
                (
                    "key",
                    models.CharField(
                        max_length=60,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "\\A[A-Za-z0-9][-A-Za-z0-9_.:]{0,59}\\Z",
                                "An id may have letters from a to z, digits, and - _ . : in it, and begins with a letter or digit; 60 at most.",
                            )
                        ],
                        verbose_name="id",
                    ),
                ),
                ("venue", models.CharField(blank=True, max_length=200, verbose_name="venue")),
                (
                    "covers",
                    models.CharField(
                        choices=[("place", "one place"), ("several", "several places"), ("city", "a whole city")],
                        default="place",
                        max_length=10,
                    ),
                ),
                (
                    "tactic",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("walk-in", "walk-in"),
                            ("walk-out", "walk-out"),
                            ("rally", "rally"),
                            ("march", "march"),
                            ("town-hall", "town hall"),
                            ("teach-in", "teach-in"),
                            ("press-conference", "press conference"),
                            ("vigil", "vigil"),
                            ("petition", "petition delivery"),
                            ("canvass", "canvass"),
                            ("neighbourhood-walk", "neighbourhood walk"),
                            ("board-meeting", "board meeting"),
                            ("other", "other action"),
                        ],
                        max_length=20,
                        verbose_name="tactic",
                    ),
                ),
                ("tactic_words", models.CharField(blank=True, max_length=100)),
                ("time_local", models.TimeField(blank=True, null=True, verbose_name="local time")),
                ("fold", models.PositiveSmallIntegerField(blank=True, choices=[(0, "0"), (1, "1")], null=True)),
                ("zone", models.CharField(max_length=40)),
                (
                    "phase",
                    models.CharField(
                        choices=[
                            ("planned", "planned"),
                            ("committed", "committed"),
                            ("held", "held"),
                            ("cancelled", "cancelled"),
                            ("postponed", "postponed"),
                            ("unreported", "unreported"),
                        ],
                        max_length=12,
                        verbose_name="phase",
                    ),
                ),
                ("hosts_words", models.CharField(blank=True, max_length=500, verbose_name="hosts")),
                (
                    "sources",
                    models.TextField(blank=True, validators=[django.core.validators.MaxLengthValidator(10000)]),
                ),
                ("note", models.TextField(blank=True, validators=[django.core.validators.MaxLengthValidator(5000)])),
                ("note_es", models.TextField(blank=True, validators=[django.core.validators.MaxLengthValidator(5000)])),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="events", to="actions.action"
                    ),
                ),
                (
                    "city",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="events", to="places.city"
                    ),
                ),
                ("demands", models.ManyToManyField(blank=True, related_name="events", to="actions.demand")),
                ("hosts", models.ManyToManyField(blank=True, related_name="events", to="people.organisationname")),
                (
                    "spelling",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="places.placename",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["action", "city"], name="event_by_action_and_city")],
            },
        ),
    ]
