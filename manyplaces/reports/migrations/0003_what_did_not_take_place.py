"""A report may say that it did not take place."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0002_photos"),
    ]

    operations = [
        migrations.AddField(
            model_name="report",
            name="took_place",
            field=models.BooleanField(default=True, verbose_name="it took place"),
        ),
    ]
