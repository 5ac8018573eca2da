"""The tables of lists: what was brought, its rows, and which column stood for what."""

import django.db.models.deletion
from django.db import migrations, models

import manyplaces.core.tokens


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("actions", "0002_calling"),
        ("events", "0002_commitments"),
        ("people", "0003_passkeys_and_proposals"),
        ("places", "0002_registry"),
    ]

    operations = [
        migrations.CreateModel(
            name="ColumnMemory",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("signature", models.CharField(max_length=64, unique=True)),
                ("columns", models.JSONField()),
                ("used_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "verbose_name_plural": "column memories",
            },
        ),
        migrations.CreateModel(
            name="SiteList",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "uid",
                    models.CharField(
                        default=manyplaces.core.tokens.new_key, editable=False, max_length=20, unique=True
                    ),
                ),
                ("title", models.CharField(max_length=120, verbose_name="name of the list")),
                ("city_name", models.CharField(blank=True, max_length=100, verbose_name="city")),
                ("state", models.CharField(blank=True, max_length=2, verbose_name="state")),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("columns", "its columns must be named"),
                            ("matching", "is being matched"),
                            ("asking", "ready to be committed"),
                            ("committing", "is being committed"),
                            ("committed", "committed"),
                            ("undone", "undone"),
                        ],
                        default="matching",
                        max_length=10,
                    ),
                ),
                ("header", models.JSONField(blank=True, default=list)),
                ("columns", models.JSONField(blank=True, default=dict)),
                ("upload_sealed", models.BinaryField(default=b"")),
                ("row_count", models.PositiveIntegerField(default=0)),
                ("done", models.PositiveIntegerField(default=0)),
                ("made_by", models.CharField(max_length=80)),
                ("person", models.BigIntegerField(default=0)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("committed_at", models.DateTimeField(blank=True, null=True)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lists", to="actions.action"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="lists",
                        to="people.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ListRow",
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
                ("line", models.PositiveIntegerField()),
                ("venue", models.CharField(max_length=200)),
                ("number", models.CharField(blank=True, max_length=12)),
                ("city_name", models.CharField(blank=True, max_length=100)),
                ("city_slug", models.CharField(blank=True, max_length=100)),
                ("state", models.CharField(blank=True, max_length=2)),
                ("district", models.CharField(blank=True, max_length=200)),
                ("address", models.CharField(blank=True, max_length=200)),
                ("date_words", models.CharField(blank=True, max_length=100)),
                ("time_words", models.CharField(blank=True, max_length=100)),
                ("tactic_words", models.CharField(blank=True, max_length=100)),
                ("hosts_words", models.CharField(blank=True, max_length=200)),
                ("expected", models.PositiveIntegerField(blank=True, null=True)),
                ("posters", models.PositiveIntegerField(default=0)),
                ("stickers", models.PositiveIntegerField(default=0)),
                ("note", models.CharField(blank=True, max_length=1000)),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("certain", "found"),
                            ("unsure", "please say which"),
                            ("unknown", "not in the registry"),
                            ("double", "already there"),
                            ("refused", "cannot be taken"),
                        ],
                        max_length=8,
                    ),
                ),
                ("sentence", models.CharField(blank=True, max_length=300)),
                ("suggestions", models.JSONField(blank=True, default=list)),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "no answer yet"),
                            ("school", "this school"),
                            ("own", "not in the registry, take it as written"),
                            ("skip", "leave it out"),
                        ],
                        default="",
                        max_length=6,
                    ),
                ),
                (
                    "commitment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="events.commitment",
                    ),
                ),
                (
                    "returning_from",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="actions.action",
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="places.school",
                    ),
                ),
                (
                    "of",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rows", to="lists.sitelist"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["of", "verdict", "line"], name="list_row_by_verdict")],
                "constraints": [models.UniqueConstraint(fields=("of", "line"), name="one_row_per_line")],
            },
        ),
    ]
