"""A long list is undone piece by piece, as it is committed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("lists", "0002_what_rows_say"),
    ]

    operations = [
        migrations.AlterField(
            model_name="sitelist",
            name="stage",
            field=models.CharField(
                choices=[
                    ("columns", "its columns must be named"),
                    ("matching", "is being matched"),
                    ("asking", "waits for you"),
                    ("committing", "is being committed"),
                    ("committed", "committed"),
                    ("undoing", "is being undone"),
                    ("undone", "undone"),
                ],
                default="matching",
                max_length=10,
            ),
        ),
    ]
