"""Recaps that were given back to whoever wrote them, or taken off the page."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0004_recaps")]

    operations = [
        migrations.AddField("recap", "returned_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("recap", "returned_by", models.CharField(blank=True, max_length=80)),
        migrations.AddField(
            "recap",
            "returned_why",
            models.TextField(
                blank=True,
                validators=[django.core.validators.MaxLengthValidator(500)],
                verbose_name="what is to be changed",
            ),
        ),
    ]
