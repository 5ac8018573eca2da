"""What sites report of how it went."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import manyplaces.reports.models.reports


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("events", "0012_contacts_kept_on_wish"),
        ("record", "0003_claims_that_are_public"),
    ]

    operations = [
        migrations.CreateModel(
            name="Report",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "key",
                    models.CharField(
                        default=manyplaces.reports.models.reports.report_key, editable=False, max_length=20, unique=True
                    ),
                ),
                ("uid", models.CharField(editable=False, max_length=22, unique=True)),
                ("people_words", models.CharField(blank=True, max_length=100, verbose_name="how many came")),
                (
                    "adults",
                    models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(2000000)],
                        verbose_name="adults",
                    ),
                ),
                (
                    "pupils",
                    models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(2000000)],
                        verbose_name="pupils",
                    ),
                ),
                (
                    "how",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("counted", "counted one by one"),
                            ("sheets", "from sign-in sheets"),
                            ("estimated", "estimated"),
                            ("picture", "counted on a photo"),
                            ("heard", "heard from somebody else"),
                        ],
                        max_length=10,
                        verbose_name="how it was counted",
                    ),
                ),
                (
                    "counted_by",
                    models.CharField(
                        choices=[
                            ("host", "the host"),
                            ("volunteer", "a volunteer"),
                            ("school", "the school’s staff"),
                            ("police", "the police"),
                            ("press", "the press"),
                            ("other", "somebody else"),
                        ],
                        default="host",
                        max_length=10,
                        verbose_name="who counted",
                    ),
                ),
                (
                    "happened",
                    models.TextField(
                        blank=True,
                        validators=[django.core.validators.MaxLengthValidator(2000)],
                        verbose_name="what happened",
                    ),
                ),
                (
                    "covered",
                    models.TextField(
                        blank=True,
                        validators=[django.core.validators.MaxLengthValidator(2000)],
                        verbose_name="who covered it",
                    ),
                ),
                (
                    "language",
                    models.CharField(choices=[("en", "English"), ("es", "Español")], default="en", max_length=2),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("link", "by the host’s private page"),
                            ("paper", "on paper"),
                            ("call", "by a call or a message"),
                            ("table", "in a table"),
                        ],
                        default="link",
                        max_length=5,
                        verbose_name="how it reached us",
                    ),
                ),
                ("entered_by", models.CharField(blank=True, max_length=80)),
                ("written_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                (
                    "review",
                    models.CharField(
                        choices=[("waiting", "waits for a look"), ("shown", "shown"), ("kept back", "kept back")],
                        default="waiting",
                        max_length=9,
                    ),
                ),
                ("decided_by", models.CharField(blank=True, max_length=80)),
                (
                    "claim",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="record.claim",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reports", to="events.event"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["review", "made_at"], name="report_in_the_queue")],
            },
        ),
    ]
