"""When a claim reached us, and how the numbers of an action change."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("actions", "0005_what_to_know"),
        ("record", "0003_claims_that_are_public"),
    ]

    operations = [
        migrations.AddField(
            model_name="claim",
            name="said_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.CreateModel(
            name="TallyPoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("committed", models.PositiveIntegerField()),
                ("held", models.PositiveIntegerField()),
                ("reported", models.PositiveIntegerField()),
                ("unreported", models.PositiveIntegerField()),
                ("cancelled", models.PositiveIntegerField()),
                ("postponed", models.PositiveIntegerField()),
                ("low", models.PositiveBigIntegerField()),
                ("high", models.PositiveBigIntegerField()),
                ("is_open", models.BooleanField()),
                ("disputed", models.PositiveIntegerField()),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tally_points", to="actions.action"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["action", "at"], name="tally_by_action_and_time")],
            },
        ),
    ]
