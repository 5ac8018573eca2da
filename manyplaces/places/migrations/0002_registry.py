"""Adds the registry of schools, and the county of a city."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("places", "0001_cities_and_places"),
    ]

    operations = [
        migrations.AddField(
            model_name="city",
            name="county",
            field=models.CharField(blank=True, max_length=100, verbose_name="county"),
        ),
        migrations.CreateModel(
            name="School",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=12, unique=True, verbose_name="registry number")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("match_key", models.CharField(blank=True, max_length=200)),
                ("district", models.CharField(blank=True, max_length=200, verbose_name="district")),
                ("street", models.CharField(blank=True, max_length=200, verbose_name="street")),
                ("city_name", models.CharField(max_length=100, verbose_name="city")),
                ("city_slug", models.CharField(max_length=100)),
                ("county", models.CharField(blank=True, max_length=100, verbose_name="county")),
                ("state", models.CharField(max_length=2, verbose_name="state")),
                ("zipcode", models.CharField(blank=True, max_length=10)),
                ("level", models.CharField(blank=True, max_length=12, verbose_name="level")),
                ("grades", models.CharField(blank=True, max_length=12, verbose_name="grades")),
                (
                    "lat",
                    models.FloatField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(-90),
                            django.core.validators.MaxValueValidator(90),
                        ],
                    ),
                ),
                (
                    "lon",
                    models.FloatField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(-180),
                            django.core.validators.MaxValueValidator(180),
                        ],
                    ),
                ),
                ("is_closed", models.BooleanField(default=False)),
            ],
            options={
                "indexes": [models.Index(fields=["state", "city_slug", "match_key"], name="school_by_city_and_key")],
            },
        ),
        migrations.CreateModel(
            name="SchoolAlias",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=200)),
                ("folded", models.CharField(max_length=200)),
                ("state", models.CharField(max_length=2)),
                ("city_slug", models.CharField(max_length=100)),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="aliases", to="places.school"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "school aliases",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("state", "city_slug", "folded"), name="one_school_per_alias_and_city"
                    )
                ],
            },
        ),
    ]
