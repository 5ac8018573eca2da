"""Adds the one row with what the coalition says of itself."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0003_passkeys_and_proposals"),
    ]

    operations = [
        migrations.CreateModel(
            name="Coalition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(default="Manyplaces", max_length=60, verbose_name="name")),
                ("colour", models.CharField(default="#b3123f", max_length=7, verbose_name="colour")),
                (
                    "languages",
                    models.CharField(
                        choices=[
                            ("en es", "English first, and Spanish"),
                            ("es en", "Spanish first, and English"),
                            ("en", "English only"),
                            ("es", "Spanish only"),
                        ],
                        default="en es",
                        max_length=5,
                        verbose_name="languages",
                    ),
                ),
                ("contact", models.CharField(blank=True, max_length=300, verbose_name="public contact")),
                (
                    "about",
                    models.TextField(
                        blank=True,
                        validators=[django.core.validators.MaxLengthValidator(5000)],
                        verbose_name="about",
                    ),
                ),
                (
                    "about_es",
                    models.TextField(
                        blank=True,
                        validators=[django.core.validators.MaxLengthValidator(5000)],
                        verbose_name="about, in Spanish",
                    ),
                ),
            ],
        ),
    ]
