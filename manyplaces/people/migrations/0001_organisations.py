"""The first tables of this room."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Organisation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=80, unique=True)),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("short_name", models.CharField(blank=True, max_length=60, verbose_name="short name")),
                (
                    "kind",
                    models.CharField(
                        choices=[("member", "member"), ("partner", "partner"), ("host", "host")],
                        default="host",
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("about", models.TextField(blank=True, validators=[django.core.validators.MaxLengthValidator(5000)])),
                (
                    "about_es",
                    models.TextField(blank=True, validators=[django.core.validators.MaxLengthValidator(5000)]),
                ),
                (
                    "url",
                    models.CharField(
                        blank=True,
                        max_length=2000,
                        validators=[
                            django.core.validators.RegexValidator(
                                '\\Ahttps?://[^\\s\\x00-\\x20\\x7f\\"<>\\\\^`{|}]{1,2000}\\Z',
                                "This is not a web address. Give one that begins with http:// or https:// and has no blanks in it.",
                            )
                        ],
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="OrganisationName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=200)),
                ("folded", models.CharField(max_length=200, unique=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="names", to="people.organisation"
                    ),
                ),
            ],
        ),
    ]
