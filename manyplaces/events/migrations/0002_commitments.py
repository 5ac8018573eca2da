"""Adds commitments and their hosts, and what keeps an event off the pages."""

import django.core.validators
import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import manyplaces.core.tokens
import manyplaces.events.models


class Migration(migrations.Migration):
    dependencies = [
        ("actions", "0002_calling"),
        ("events", "0001_events"),
        ("people", "0002_people_and_rights"),
        ("places", "0002_registry"),
    ]

    operations = [
        migrations.CreateModel(
            name="TrustedHost",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("email_hash", models.CharField(max_length=43, unique=True)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("made_by", models.CharField(max_length=80)),
            ],
        ),
        migrations.AlterModelOptions(
            name="event",
            options={"base_manager_name": "every"},
        ),
        migrations.AlterModelManagers(
            name="event",
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("every", django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddField(
            model_name="event",
            name="address",
            field=models.CharField(blank=True, max_length=200, verbose_name="address"),
        ),
        migrations.AddField(
            model_name="event",
            name="is_listed",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="event",
            name="is_shielded",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="event",
            name="moved_to",
            field=models.CharField(blank=True, max_length=40, verbose_name="postponed to"),
        ),
        migrations.AddField(
            model_name="event",
            name="reason",
            field=models.CharField(blank=True, max_length=300, verbose_name="reason"),
        ),
        migrations.AddField(
            model_name="event",
            name="reason_es",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name="event",
            name="shown_host",
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.CreateModel(
            name="BlockedPattern",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("words", "words in any text"), ("link", "links to this host")], max_length=5
                    ),
                ),
                ("text", models.CharField(max_length=100)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("made_by", models.CharField(max_length=80)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("kind", "text"), name="one_block_of_a_kind")],
            },
        ),
        migrations.CreateModel(
            name="Commitment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("date_edtf", models.CharField(blank=True, max_length=40, verbose_name="date")),
                ("date_from", models.DateField(editable=False, null=True)),
                ("date_to", models.DateField(editable=False, null=True)),
                (
                    "key",
                    models.CharField(
                        default=manyplaces.events.models.commitment_key, editable=False, max_length=20, unique=True
                    ),
                ),
                (
                    "review",
                    models.CharField(
                        choices=[
                            ("waiting", "waits for review"),
                            ("asked", "the host was asked"),
                            ("approved", "approved"),
                            ("declined", "declined"),
                            ("merged", "merged with another"),
                            ("withdrawn", "withdrawn by the host"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=0)),
                ("venue", models.CharField(max_length=200, verbose_name="school or place")),
                ("address", models.CharField(blank=True, max_length=200, verbose_name="address")),
                ("city_name", models.CharField(max_length=100, verbose_name="city")),
                ("city_slug", models.CharField(editable=False, max_length=100)),
                ("county", models.CharField(blank=True, editable=False, max_length=100)),
                ("state", models.CharField(max_length=2, verbose_name="state")),
                (
                    "lat",
                    models.FloatField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(-90),
                            django.core.validators.MaxValueValidator(90),
                        ],
                    ),
                ),
                (
                    "lon",
                    models.FloatField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(-180),
                            django.core.validators.MaxValueValidator(180),
                        ],
                    ),
                ),
                (
                    "tactic",
                    models.CharField(
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
                ("time_local", models.TimeField(blank=True, null=True, verbose_name="local time")),
                ("fold", models.PositiveSmallIntegerField(blank=True, choices=[(0, "0"), (1, "1")], null=True)),
                ("zone", models.CharField(editable=False, max_length=40)),
                ("expected", models.PositiveIntegerField(blank=True, null=True, verbose_name="how many you expect")),
                (
                    "note",
                    models.TextField(
                        blank=True,
                        validators=[django.core.validators.MaxLengthValidator(1000)],
                        verbose_name="for those who come",
                    ),
                ),
                (
                    "language",
                    models.CharField(choices=[("en", "English"), ("es", "Español")], default="en", max_length=2),
                ),
                ("hosts_words", models.CharField(blank=True, max_length=200, verbose_name="host organisation")),
                ("shown_host", models.CharField(blank=True, max_length=80, verbose_name="name on the page")),
                ("posters", models.PositiveIntegerField(default=0, verbose_name="posters")),
                ("stickers", models.PositiveIntegerField(default=0, verbose_name="stickers")),
                ("media_help", models.BooleanField(default=False, verbose_name="help with the media")),
                (
                    "remark",
                    models.TextField(
                        blank=True,
                        validators=[django.core.validators.MaxLengthValidator(1000)],
                        verbose_name="a word to the reviewers",
                    ),
                ),
                ("is_paused", models.BooleanField(default=False)),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("decided_by", models.CharField(blank=True, max_length=80)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("door", models.CharField(max_length=20)),
                ("errand", models.CharField(blank=True, db_index=True, max_length=40)),
                ("cluster", models.BigIntegerField(blank=True, null=True)),
                ("intent", models.CharField(blank=True, editable=False, max_length=43, null=True, unique=True)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("changed_at", models.DateTimeField(auto_now=True)),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="commitments", to="actions.action"
                    ),
                ),
                ("demands", models.ManyToManyField(blank=True, related_name="commitments", to="actions.demand")),
                (
                    "event",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="commitment",
                        to="events.event",
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="merged",
                        to="events.commitment",
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="commitments",
                        to="places.school",
                    ),
                ),
                (
                    "vouched_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="vouched_commitments",
                        to="people.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Host",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "uid",
                    models.CharField(
                        default=manyplaces.core.tokens.new_key, editable=False, max_length=20, unique=True
                    ),
                ),
                ("name_sealed", models.BinaryField(default=b"")),
                ("email_sealed", models.BinaryField(default=b"")),
                ("phone_sealed", models.BinaryField(default=b"")),
                ("email_hash", models.CharField(blank=True, db_index=True, editable=False, max_length=43)),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("es", "Español")],
                        default="en",
                        max_length=2,
                        verbose_name="language",
                    ),
                ),
                ("link_digest", models.CharField(blank=True, editable=False, max_length=64, null=True, unique=True)),
                ("link_made_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("proved_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("is_first", models.BooleanField(default=True)),
                (
                    "commitment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="hosts", to="events.commitment"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddIndex(
            model_name="commitment",
            index=models.Index(fields=["review", "state", "city_slug"], name="commitment_in_the_queue"),
        ),
        migrations.AddIndex(
            model_name="commitment",
            index=models.Index(fields=["action", "state", "city_slug"], name="commitment_by_area"),
        ),
    ]
