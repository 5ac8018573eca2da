"""The recap of an action."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("actions", "0007_frozen_records"),
        ("people", "0009_whom_the_press_may_ask"),
        ("record", "0005_corrections"),
        ("reports", "0003_what_did_not_take_place"),
    ]

    operations = [
        migrations.CreateModel(
            name="Recap",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "body",
                    models.TextField(
                        blank=True, validators=[django.core.validators.MaxLengthValidator(20000)], verbose_name="text"
                    ),
                ),
                (
                    "body_es",
                    models.TextField(
                        blank=True,
                        validators=[django.core.validators.MaxLengthValidator(20000)],
                        verbose_name="text in Spanish",
                    ),
                ),
                ("photos", models.JSONField(blank=True, default=list)),
                ("hits", models.JSONField(blank=True, default=list)),
                ("shows_cities", models.BooleanField(default=True, verbose_name="show what cities report")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("waiting", "waits for a second pair of eyes"),
                            ("public", "public"),
                        ],
                        default="draft",
                        max_length=8,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("written_by", models.CharField(blank=True, max_length=80)),
                ("written_at", models.DateTimeField()),
                ("handed_in_at", models.DateTimeField(blank=True, null=True)),
                ("alone", models.BooleanField(default=False)),
                ("approved_by", models.CharField(blank=True, max_length=80)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                (
                    "action",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="recap", to="actions.action"
                    ),
                ),
                ("corrections", models.ManyToManyField(blank=True, related_name="recaps", to="record.correction")),
                (
                    "writer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
    ]
