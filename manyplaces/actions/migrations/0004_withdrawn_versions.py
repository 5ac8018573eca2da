"""Lets a single version of a piece of the toolkit be withdrawn, and notes whose file was deleted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("actions", "0003_zone_and_toolkit_keys"),
    ]

    operations = [
        migrations.AddField(
            model_name="materialversion",
            name="withdrawn_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="materialversion",
            name="file_deleted",
            field=models.BooleanField(default=False, editable=False),
        ),
    ]
