"""Adds to imports whether they brought the sample record."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0002_imports_remember_their_place"),
    ]

    operations = [
        migrations.AddField(
            model_name="import",
            name="is_sample",
            field=models.BooleanField(default=False),
        ),
    ]
