"""A host may name who takes over: the new one's row says whose place it takes once the letter has reached him."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0002_commitments"),
    ]

    operations = [
        migrations.AddField(
            model_name="host",
            name="replaces",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="events.host",
            ),
        ),
    ]
