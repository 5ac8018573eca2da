"""What is kept of who comes once it is destroyed: a line of what and how many, sums, and when a clock was looked at."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("actions", "0005_what_to_know"),
        ("rsvps", "0002_contacts_for_organisations"),
    ]

    operations = [
        migrations.CreateModel(
            name="Look",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("boot", models.CharField(max_length=40, unique=True)),
                ("uptime", models.FloatField()),
                ("at", models.DateTimeField()),
                ("is_wary", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="PastCrowd",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("state", models.CharField(max_length=2)),
                ("people", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Purge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField()),
                ("state", models.CharField(blank=True, max_length=2)),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("needs", "what people need to take part"),
                            ("unconfirmed", "answers that nobody confirmed"),
                            ("answers", "answers, with what people left of themselves"),
                            ("letters", "letters to attendees"),
                            ("further", "what else was kept about who comes"),
                            ("safes", "keys that seal what people left"),
                            ("hosts", "names and addresses of hosts"),
                        ],
                        max_length=12,
                    ),
                ),
                ("many", models.PositiveIntegerField(default=0)),
                ("is_few", models.BooleanField(default=False)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="safe",
            name="one_open_safe_of_a_kind",
        ),
        migrations.AddField(
            model_name="safe",
            name="closed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="safe",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at", None)), fields=("action", "kind"), name="one_open_safe_of_a_kind"
            ),
        ),
        migrations.AddField(
            model_name="pastcrowd",
            name="action",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="past_crowds", to="actions.action"
            ),
        ),
        migrations.AddField(
            model_name="purge",
            name="action",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="purges", to="actions.action"
            ),
        ),
        migrations.AddConstraint(
            model_name="pastcrowd",
            constraint=models.UniqueConstraint(fields=("action", "state"), name="one_past_crowd_of_a_state"),
        ),
        migrations.AddConstraint(
            model_name="purge",
            constraint=models.UniqueConstraint(fields=("on", "action", "state", "what"), name="one_line_of_a_purge"),
        ),
    ]
