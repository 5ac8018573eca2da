"""What attendees were told, rounds of reminders, and changes that are to be told."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0012_contacts_kept_on_wish"),
        ("rsvps", "0003_what_is_destroyed"),
    ]

    operations = [
        migrations.CreateModel(
            name="Round",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("evening", "Reminders to attendees, the evening before"),
                            ("early", "Reminders to attendees, early on the day"),
                            ("host_evening", "Reminders to hosts, the evening before"),
                            ("host_hour", "Reminders to hosts, an hour before"),
                        ],
                        max_length=12,
                    ),
                ),
                ("day", models.DateField()),
                ("total", models.PositiveIntegerField(default=0)),
                ("written", models.PositiveIntegerField(default=0)),
                ("reached", models.BigIntegerField(default=0)),
                ("made_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.AddField(
            model_name="crowd",
            name="told",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.CreateModel(
            name="News",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("before", models.JSONField(default=dict)),
                ("now", models.JSONField(default=dict)),
                ("cause", models.CharField(blank=True, max_length=80)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("owed", "is being told"),
                            ("held", "waits for a second yes"),
                            ("told", "told"),
                            ("dropped", "no longer true"),
                        ],
                        default="owed",
                        max_length=8,
                    ),
                ),
                ("total", models.PositiveIntegerField(default=0)),
                ("written", models.PositiveIntegerField(default=0)),
                ("reached", models.BigIntegerField(default=0)),
                ("made_at", models.DateTimeField()),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="news", to="events.event"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["made_at"], name="news_by_moment")],
            },
        ),
        migrations.CreateModel(
            name="Reminding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("evening", "Reminders to attendees, the evening before"),
                            ("early", "Reminders to attendees, early on the day"),
                            ("host_evening", "Reminders to hosts, the evening before"),
                            ("host_hour", "Reminders to hosts, an hour before"),
                        ],
                        max_length=12,
                    ),
                ),
                ("day", models.DateField()),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="remindings", to="events.event"
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="remindings", to="rsvps.round"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("event", "kind", "day"), name="reminded_once")],
            },
        ),
    ]
