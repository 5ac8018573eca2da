"""Adds the coordinator's time zone and whether commitments are taken; makes keys of toolkit pieces unique."""

from django.db import migrations, models

import manyplaces.actions.models


class Migration(migrations.Migration):
    dependencies = [
        ("actions", "0002_calling"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="material",
            name="one_material_per_action_and_key",
        ),
        migrations.AddField(
            model_name="action",
            name="is_taking",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddField(
            model_name="action",
            name="zone",
            field=models.CharField(
                choices=[
                    ("America/New_York", "Eastern time (New York)"),
                    ("America/Chicago", "Central time (Chicago)"),
                    ("America/Denver", "Mountain time (Denver)"),
                    ("America/Phoenix", "Arizona time (Phoenix)"),
                    ("America/Los_Angeles", "Pacific time (Los Angeles)"),
                    ("America/Anchorage", "Alaska time (Anchorage)"),
                    ("Pacific/Honolulu", "Hawaii time (Honolulu)"),
                    ("America/Puerto_Rico", "Puerto Rico time (San Juan)"),
                ],
                default="America/New_York",
                max_length=40,
                verbose_name="your time zone",
            ),
        ),
        migrations.AlterField(
            model_name="material",
            name="key",
            field=models.SlugField(
                default=manyplaces.actions.models.material_key, editable=False, max_length=60, unique=True
            ),
        ),
        migrations.AlterField(
            model_name="materialversion",
            name="language",
            field=models.CharField(
                choices=[("en", "English"), ("es", "Español")], max_length=2, verbose_name="language"
            ),
        ),
    ]
