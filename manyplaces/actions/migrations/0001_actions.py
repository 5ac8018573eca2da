"""The first tables of this room."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Action",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("date_edtf", models.CharField(blank=True, max_length=40, verbose_name="date")),
                ("date_from", models.DateField(editable=False, null=True)),
                ("date_to", models.DateField(editable=False, null=True)),
                ("slug", models.SlugField(max_length=60, unique=True, verbose_name="short name")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("name_es", models.CharField(blank=True, max_length=200)),
                (
                    "kind",
                    models.CharField(
                        choices=[("day", "day of action"), ("week", "week of action"), ("season", "season of action")],
                        max_length=10,
                        verbose_name="kind",
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
                        verbose_name="usual tactic",
                    ),
                ),
                (
                    "date_note",
                    models.TextField(blank=True, validators=[django.core.validators.MaxLengthValidator(10000)]),
                ),
                (
                    "date_note_es",
                    models.TextField(blank=True, validators=[django.core.validators.MaxLengthValidator(10000)]),
                ),
                ("frame", models.TextField(blank=True, validators=[django.core.validators.MaxLengthValidator(10000)])),
                (
                    "frame_es",
                    models.TextField(blank=True, validators=[django.core.validators.MaxLengthValidator(10000)]),
                ),
                (
                    "summary",
                    models.TextField(blank=True, validators=[django.core.validators.MaxLengthValidator(10000)]),
                ),
                (
                    "summary_es",
                    models.TextField(blank=True, validators=[django.core.validators.MaxLengthValidator(10000)]),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["date_from"], name="action_by_date")],
            },
        ),
        migrations.CreateModel(
            name="Demand",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=60)),
                ("description", models.CharField(max_length=500)),
                ("description_es", models.CharField(blank=True, max_length=500)),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="demands", to="actions.action"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("action", "slug"), name="one_demand_per_action_and_slug")
                ],
            },
        ),
        migrations.CreateModel(
            name="Part",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("date_edtf", models.CharField(blank=True, max_length=40, verbose_name="date")),
                ("date_from", models.DateField(editable=False, null=True)),
                ("date_to", models.DateField(editable=False, null=True)),
                ("slug", models.SlugField(max_length=60)),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("name_es", models.CharField(blank=True, max_length=200)),
                ("covers", models.CharField(blank=True, max_length=40)),
                (
                    "summary",
                    models.TextField(blank=True, validators=[django.core.validators.MaxLengthValidator(10000)]),
                ),
                (
                    "summary_es",
                    models.TextField(blank=True, validators=[django.core.validators.MaxLengthValidator(10000)]),
                ),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="parts", to="actions.action"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("action", "slug"), name="one_part_per_action_and_slug")
                ],
            },
        ),
    ]
