"""Letters to attendees are sealed in the safe of their action, and go with it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mail", "0003_account_of_jobs"),
    ]

    operations = [
        migrations.AddField(
            model_name="letter",
            name="safe",
            field=models.CharField(blank=True, db_index=True, editable=False, max_length=40),
        ),
    ]
