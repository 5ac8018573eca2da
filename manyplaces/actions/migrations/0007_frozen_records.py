"""Since when the record of an action is closed, and since when nothing private is left of it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("actions", "0006_texts_of_papers"),
    ]

    operations = [
        migrations.AddField(
            model_name="action",
            name="emptied_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="action",
            name="frozen_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
