"""Adds archives that were asked for at the desk."""

from django.db import migrations, models

import manyplaces.core.tokens


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0003_sample"),
    ]

    operations = [
        migrations.CreateModel(
            name="ArchiveFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "uid",
                    models.CharField(
                        default=manyplaces.core.tokens.new_key, editable=False, max_length=20, unique=True
                    ),
                ),
                ("slug", models.CharField(blank=True, max_length=60)),
                ("person_name", models.CharField(max_length=80)),
                ("asked_at", models.DateTimeField()),
                ("ready_at", models.DateTimeField(blank=True, null=True)),
                ("ends_at", models.DateTimeField(blank=True, null=True)),
                ("refusal", models.CharField(blank=True, max_length=300)),
                ("files", models.PositiveIntegerField(default=0)),
                ("size", models.PositiveBigIntegerField(default=0)),
                ("generation", models.PositiveBigIntegerField(default=0)),
                ("entry", models.PositiveBigIntegerField(default=0)),
            ],
        ),
    ]
