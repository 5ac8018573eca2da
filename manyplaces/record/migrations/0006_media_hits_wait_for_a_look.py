"""What hosts send of the press is public only after a person has looked."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("record", "0005_corrections")]

    operations = [
        migrations.AlterModelOptions(
            name="mediahit",
            options={"base_manager_name": "every"},
        ),
        migrations.AlterModelManagers(
            name="mediahit",
            managers=[
                ("objects", models.Manager()),
                ("every", models.Manager()),
            ],
        ),
        migrations.AddField(
            model_name="mediahit",
            name="decided_by",
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddField(
            model_name="mediahit",
            name="entered_by",
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddField(
            model_name="mediahit",
            name="made_at",
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False),
        ),
        migrations.AddField(
            model_name="mediahit",
            name="review",
            field=models.CharField(
                choices=[
                    ("waiting", "waits for a look"),
                    ("shown", "shown"),
                    ("kept back", "kept back"),
                    ("taken down", "taken down"),
                ],
                default="shown",
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="mediahit",
            index=models.Index(fields=["action", "review"], name="hit_by_action_and_review"),
        ),
    ]
