"""Dated corrections beside a closed record."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import manyplaces.core.tokens


class Migration(migrations.Migration):
    dependencies = [
        ("actions", "0007_frozen_records"),
        ("events", "0012_contacts_kept_on_wish"),
        ("record", "0004_tally_points"),
    ]

    operations = [
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "uid",
                    models.CharField(
                        default=manyplaces.core.tokens.new_key, editable=False, max_length=20, unique=True
                    ),
                ),
                (
                    "body",
                    models.TextField(
                        validators=[django.core.validators.MaxLengthValidator(2000)], verbose_name="correction"
                    ),
                ),
                (
                    "body_es",
                    models.TextField(
                        blank=True,
                        validators=[django.core.validators.MaxLengthValidator(2000)],
                        verbose_name="the same in Spanish",
                    ),
                ),
                ("signed", models.CharField(max_length=100, verbose_name="who says so")),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="corrections", to="actions.action"
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="events.event",
                    ),
                ),
            ],
            options={
                "ordering": ("made_at", "pk"),
            },
        ),
    ]
