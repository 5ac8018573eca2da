"""Adds the clock that is kept at a school."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("places", "0003_registry_search"),
    ]

    operations = [
        migrations.AddField(
            model_name="school",
            name="zone",
            field=models.CharField(blank=True, max_length=40),
        ),
    ]
