"""What a coalition writes on its papers instead of our words."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("actions", "0005_what_to_know"),
    ]

    operations = [
        migrations.CreateModel(
            name="PaperText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "paper",
                    models.CharField(
                        choices=[
                            ("commitment", "Commitment form"),
                            ("flyer", "Flyers, two on a page"),
                            ("agenda", "Agenda of the day"),
                            ("jobs", "Jobs for volunteers"),
                            ("sign-in", "Sign-in sheet"),
                            ("report", "Site coordinator’s form"),
                            ("advisory", "Media advisory"),
                            ("release", "Press release, a draft"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("es", "Español")], max_length=2, verbose_name="language"
                    ),
                ),
                ("text", models.TextField(blank=True, verbose_name="text")),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="paper_texts", to="actions.action"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("action", "paper", "language"), name="one_text_per_paper_and_language"
                    )
                ],
            },
        ),
    ]
