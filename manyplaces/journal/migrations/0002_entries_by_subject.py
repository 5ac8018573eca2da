"""Entries are found by what they are about."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_entries")]

    operations = [
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["subject_kind", "subject_id"], name="entry_by_subject"),
        ),
    ]
