"""Who comes: one row for each answer, a count for each event, and which safes seal what attendees gave."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("actions", "0005_what_to_know"),
        ("events", "0009_for_those_who_come"),
    ]

    operations = [
        migrations.CreateModel(
            name="Crowd",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("coming", models.PositiveIntegerField(default=0)),
                ("waiting", models.PositiveIntegerField(default=0)),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="crowd", to="events.event"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Rsvp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.CharField(editable=False, max_length=20, unique=True)),
                ("body_digest", models.CharField(editable=False, max_length=64)),
                (
                    "people",
                    models.PositiveSmallIntegerField(
                        default=1,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(50),
                        ],
                        verbose_name="how many",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("coming", "coming"),
                            ("waiting", "on the waiting list"),
                            ("asked", "not confirmed yet"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="coming",
                        max_length=10,
                    ),
                ),
                (
                    "language",
                    models.CharField(choices=[("en", "English"), ("es", "Español")], default="en", max_length=2),
                ),
                (
                    "speaks",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("en", "English"),
                            ("es", "Spanish"),
                            ("ase", "American Sign Language"),
                            ("zh", "Chinese"),
                            ("vi", "Vietnamese"),
                            ("tl", "Tagalog"),
                            ("ar", "Arabic"),
                            ("ht", "Haitian Creole"),
                            ("pt", "Portuguese"),
                            ("so", "Somali"),
                            ("hmn", "Hmong"),
                            ("und", "another language"),
                        ],
                        max_length=3,
                    ),
                ),
                ("safe", models.CharField(blank=True, db_index=True, editable=False, max_length=40)),
                ("needs_safe", models.CharField(blank=True, editable=False, max_length=40)),
                ("name_sealed", models.BinaryField(default=b"")),
                ("email_sealed", models.BinaryField(default=b"")),
                ("needs_sealed", models.BinaryField(default=b"")),
                ("email_hash", models.CharField(blank=True, db_index=True, editable=False, max_length=43)),
                ("wants_evening", models.BooleanField(default=False)),
                ("wants_early", models.BooleanField(default=False)),
                ("wants_host", models.BooleanField(default=False)),
                ("made_on", models.DateField(auto_now_add=True)),
                ("version", models.PositiveIntegerField(default=0)),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rsvps", to="events.event"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["event", "state"], name="rsvp_by_event_and_state")],
            },
        ),
        migrations.CreateModel(
            name="Safe",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("contacts", "names and addresses"), ("needs", "access needs")], max_length=8
                    ),
                ),
                ("name", models.CharField(max_length=40, unique=True)),
                ("made_on", models.DateField(auto_now_add=True)),
                ("destroyed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="safes", to="actions.action"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("destroyed_at", None)),
                        fields=("action", "kind"),
                        name="one_open_safe_of_a_kind",
                    )
                ],
            },
        ),
    ]
