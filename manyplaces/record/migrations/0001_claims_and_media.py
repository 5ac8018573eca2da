"""The first tables of this room."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("actions", "0001_actions"),
        ("events", "0001_events"),
        ("places", "0001_cities_and_places"),
    ]

    operations = [
        migrations.CreateModel(
            name="RecordNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=60, unique=True)),
                ("position", models.PositiveIntegerField(default=0)),
                ("heading", models.CharField(max_length=200)),
                ("heading_es", models.CharField(blank=True, max_length=200)),
                ("body", models.TextField(validators=[django.core.validators.MaxLengthValidator(10000)])),
                (
                    "body_es",
                    models.TextField(blank=True, validators=[django.core.validators.MaxLengthValidator(10000)]),
                ),
            ],
            options={
                "ordering": ("position", "slug"),
            },
        ),
        migrations.CreateModel(
            name="MediaHit",
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
                ("state", models.CharField(blank=True, max_length=2)),
                ("place_words", models.CharField(blank=True, max_length=100, verbose_name="place")),
                ("outlet", models.CharField(max_length=200, verbose_name="outlet")),
                ("outlet_folded", models.CharField(db_index=True, editable=False, max_length=200)),
                ("headline", models.CharField(blank=True, max_length=500, verbose_name="headline")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("earned", "news"),
                            ("advance", "advance notice"),
                            ("opinion", "opinion"),
                            ("partner", "partner’s own"),
                            ("syndicated copy", "syndicated copy"),
                            ("repost", "repost"),
                            ("paid", "paid notice"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("language", models.CharField(default="en", max_length=8)),
                (
                    "link",
                    models.CharField(
                        blank=True,
                        max_length=2000,
                        validators=[
                            django.core.validators.RegexValidator(
                                '\\Ahttps?://[^\\s\\x00-\\x20\\x7f\\"<>\\\\^`{|}]{1,2000}\\Z',
                                "This is not a web address. Give one that begins with http:// or https:// and has no blanks in it.",
                            )
                        ],
                        verbose_name="link",
                    ),
                ),
                (
                    "archived_link",
                    models.CharField(
                        blank=True,
                        max_length=2000,
                        validators=[
                            django.core.validators.RegexValidator(
                                '\\Ahttps?://[^\\s\\x00-\\x20\\x7f\\"<>\\\\^`{|}]{1,2000}\\Z',
                                "This is not a web address. Give one that begins with http:// or https:// and has no blanks in it.",
                            )
                        ],
                    ),
                ),
                (
                    "link_state",
                    models.CharField(
                        choices=[
                            ("unknown", "not checked"),
                            ("live", "works"),
                            ("dead", "gone"),
                            ("archived", "gone, archived copy kept"),
                        ],
                        default="unknown",
                        max_length=10,
                    ),
                ),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="media", to="actions.action"
                    ),
                ),
                (
                    "city",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="media",
                        to="places.city",
                    ),
                ),
                (
                    "copy_of",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="copies",
                        to="record.mediahit",
                    ),
                ),
                ("events", models.ManyToManyField(blank=True, related_name="media", to="events.event")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Claim",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("date_edtf", models.CharField(blank=True, max_length=40, verbose_name="date")),
                ("date_from", models.DateField(editable=False, null=True)),
                ("date_to", models.DateField(editable=False, null=True)),
                (
                    "phase",
                    models.CharField(
                        choices=[
                            ("planned", "planned"),
                            ("registered", "registered"),
                            ("committed", "committed"),
                            ("held", "held"),
                            ("cancelled", "cancelled"),
                            ("context", "context"),
                        ],
                        max_length=12,
                        verbose_name="phase",
                    ),
                ),
                (
                    "metric",
                    models.CharField(
                        choices=[
                            ("schools", "schools"),
                            ("sites", "sites"),
                            ("events", "local actions"),
                            ("cities", "cities"),
                            ("people", "people"),
                            ("groups", "groups"),
                            ("represented", "people represented"),
                            ("other", "other figures"),
                        ],
                        max_length=12,
                    ),
                ),
                ("metric_words", models.CharField(max_length=100, verbose_name="metric")),
                ("qualifier", models.CharField(blank=True, max_length=100)),
                ("value_words", models.CharField(max_length=200, verbose_name="value in words")),
                ("low", models.PositiveBigIntegerField(blank=True, null=True, verbose_name="low")),
                ("high", models.PositiveBigIntegerField(blank=True, null=True, verbose_name="high")),
                ("basis", models.CharField(blank=True, max_length=60, verbose_name="basis")),
                ("claimant", models.CharField(blank=True, max_length=200, verbose_name="claimed by")),
                (
                    "source_url",
                    models.CharField(
                        blank=True,
                        max_length=2000,
                        validators=[
                            django.core.validators.RegexValidator(
                                '\\Ahttps?://[^\\s\\x00-\\x20\\x7f\\"<>\\\\^`{|}]{1,2000}\\Z',
                                "This is not a web address. Give one that begins with http:// or https:// and has no blanks in it.",
                            )
                        ],
                        verbose_name="source",
                    ),
                ),
                ("disputed", models.BooleanField(default=False)),
                ("chosen", models.BooleanField(default=False)),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="claims", to="actions.action"
                    ),
                ),
                (
                    "city",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claims",
                        to="places.city",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claims",
                        to="events.event",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["action", "metric", "phase"], name="claim_by_metric_and_phase")],
            },
        ),
    ]
