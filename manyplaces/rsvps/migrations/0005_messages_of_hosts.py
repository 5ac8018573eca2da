"""What hosts write to those who come: sealed, waiting, and where it stands."""

import django.db.models.deletion
from django.db import migrations, models

import manyplaces.core.tokens


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0012_contacts_kept_on_wish"),
        ("rsvps", "0004_what_is_told"),
    ]

    operations = [
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "uid",
                    models.CharField(
                        default=manyplaces.core.tokens.new_key, editable=False, max_length=20, unique=True
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("review", "waits for a reviewer’s look"),
                            ("due", "waits 15 minutes, and can be stopped"),
                            ("second", "waits for a coordinator’s yes, because very many get it"),
                            ("sending", "is being written"),
                            ("sent", "has gone out"),
                            ("stopped", "stopped"),
                            ("declined", "not let through"),
                        ],
                        default="due",
                        max_length=8,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=0)),
                ("safe", models.CharField(blank=True, db_index=True, editable=False, max_length=40)),
                ("text_sealed", models.BinaryField(default=b"")),
                ("made_at", models.DateTimeField()),
                ("not_before", models.DateTimeField()),
                ("decided_by", models.CharField(blank=True, max_length=80)),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("reached", models.BigIntegerField(default=0)),
                ("letters", models.PositiveIntegerField(default=0)),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="messages", to="events.event"
                    ),
                ),
                (
                    "host",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="events.host",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["stage", "not_before"], name="message_due")],
            },
        ),
    ]
