"""Adds letters, jobs, the slots of the clock, the wishes not to be written to, and the sign that a worker lives."""

from django.db import migrations, models

import manyplaces.core.tokens


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=20, unique=True)),
                ("seen_at", models.DateTimeField()),
                (
                    "trouble",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("unreachable", "The mail server does not answer."),
                            ("sign_in", "The mail server refuses the user name or the password."),
                            ("sender", "The mail server refuses the sender’s address."),
                            ("encryption", "There is no safe connection to the mail server."),
                        ],
                        max_length=20,
                    ),
                ),
                ("trouble_since", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Job",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "uid",
                    models.CharField(
                        default=manyplaces.core.tokens.new_key, editable=False, max_length=20, unique=True
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("about", models.CharField(blank=True, db_index=True, max_length=60)),
                ("payload", models.JSONField(blank=True, default=dict)),
                ("actor", models.CharField(max_length=80)),
                ("errand", models.CharField(blank=True, max_length=40)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "waiting or under way"), ("done", "done"), ("failed", "failed")],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("next_try_at", models.DateTimeField()),
                ("done", models.PositiveIntegerField(default=0)),
                ("total", models.PositiveIntegerField(default=0)),
                ("error", models.CharField(blank=True, max_length=80)),
                ("made_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["state", "next_try_at"], name="job_due")],
            },
        ),
        migrations.CreateModel(
            name="Letter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "uid",
                    models.CharField(
                        default=manyplaces.core.tokens.new_key, editable=False, max_length=20, unique=True
                    ),
                ),
                ("kind", models.CharField(max_length=60)),
                ("about", models.CharField(blank=True, db_index=True, max_length=60)),
                ("key", models.CharField(max_length=150, unique=True)),
                ("to_sealed", models.BinaryField(default=b"")),
                ("to_hash", models.CharField(blank=True, db_index=True, editable=False, max_length=43)),
                ("content_sealed", models.BinaryField(default=b"")),
                (
                    "language",
                    models.CharField(choices=[("en", "English"), ("es", "Español")], default="en", max_length=2),
                ),
                ("unsubscribe", models.CharField(blank=True, max_length=40)),
                ("token_digest", models.CharField(blank=True, editable=False, max_length=64, null=True, unique=True)),
                ("is_secret", models.BooleanField(default=False)),
                ("is_urgent", models.BooleanField(default=False)),
                ("until", models.DateTimeField(blank=True, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("owed", "waiting"),
                            ("sent", "sent"),
                            ("failed", "could not be delivered"),
                            ("stopped", "stopped"),
                        ],
                        default="owed",
                        max_length=10,
                    ),
                ),
                (
                    "error",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("refused", "The recipient’s mail server refuses it."),
                            ("put_off", "The recipient’s mail server has put it off."),
                            ("broken_off", "The connection broke while it was sent."),
                            ("address", "No letter can be sent to this address."),
                            ("unreadable", "The key that sealed it is gone."),
                            ("late", "What it says is no longer true."),
                            ("unsubscribed", "The recipient does not want such letters."),
                        ],
                        max_length=20,
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("next_try_at", models.DateTimeField()),
                ("made_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["state", "is_urgent", "next_try_at"], name="letter_due")],
            },
        ),
        migrations.CreateModel(
            name="Slot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60)),
                ("slot", models.BigIntegerField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("error", models.CharField(blank=True, max_length=80)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("name",), name="one_slot_per_chore")],
            },
        ),
        migrations.CreateModel(
            name="Suppression",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("email_hash", models.CharField(max_length=43)),
                ("unsubscribe", models.CharField(max_length=40)),
                ("made_on", models.DateField(auto_now_add=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("email_hash", "unsubscribe"), name="one_wish_per_list")
                ],
            },
        ),
    ]
