"""A host may want only the city shown, because people meet at a home."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0007_link_of_before"),
    ]

    operations = [
        migrations.AddField(
            model_name="commitment",
            name="only_city",
            field=models.BooleanField(default=False, verbose_name="only the city is shown"),
        ),
        migrations.AddField(
            model_name="event",
            name="only_city",
            field=models.BooleanField(default=False),
        ),
    ]
