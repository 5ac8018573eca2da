"""What the link of a media hit answered, and what its page says of itself."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("record", "0006_media_hits_wait_for_a_look")]

    operations = [
        migrations.CreateModel(
            name="LinkWatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "hit",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="watch", to="record.mediahit"
                    ),
                ),
                ("link", models.CharField(max_length=2000)),
                ("due_at", models.DateTimeField(db_index=True)),
                ("asked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("live", "works"),
                            ("gone", "says that the page is not there"),
                            ("failed", "does not answer"),
                            ("refused", "answers, and lets no program in"),
                            ("robots", "asks programs to stay away"),
                            ("home", "leads to the front page"),
                            ("unsafe", "leads where we do not go"),
                        ],
                        max_length=10,
                    ),
                ),
                ("failures", models.PositiveSmallIntegerField(default=0)),
                ("failed_since", models.DateTimeField(blank=True, null=True)),
                ("read_outlet", models.CharField(blank=True, max_length=200)),
                ("read_headline", models.CharField(blank=True, max_length=500)),
                ("read_date", models.CharField(blank=True, max_length=10)),
                ("read_language", models.CharField(blank=True, max_length=8)),
                ("capture", models.CharField(blank=True, max_length=60)),
                ("captured_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
    ]
