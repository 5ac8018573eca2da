"""A host's link of before works on for a while when a new one was asked for by his address."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0006_moved_from"),
    ]

    operations = [
        migrations.AddField(
            model_name="host",
            name="former_digest",
            field=models.CharField(blank=True, editable=False, max_length=64, null=True, unique=True),
        ),
    ]
