"""Keeps of a proposal whether there was anybody who could have agreed when it was made."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0004_coalition"),
    ]

    operations = [
        migrations.AddField(
            model_name="proposal",
            name="alone",
            field=models.BooleanField(default=False),
        ),
    ]
