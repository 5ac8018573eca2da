"""Where a round of reminders stands: at which event, because its letters are written once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("rsvps", "0005_messages_of_hosts"),
    ]

    operations = [
        migrations.AddField(
            model_name="round",
            name="reached_group",
            field=models.BigIntegerField(default=0),
        ),
    ]
