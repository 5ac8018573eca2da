"""What a decision replaces is kept until the next one, and a commitment says whether a second host has joined it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0004_answers_of_hosts"),
    ]

    operations = [
        migrations.AddField(
            model_name="commitment", name="set_aside", field=models.JSONField(blank=True, default=dict, editable=False)
        ),
        migrations.AddField(
            model_name="commitment", name="is_shared", field=models.BooleanField(default=False, editable=False)
        ),
    ]
