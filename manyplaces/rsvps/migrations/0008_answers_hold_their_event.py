"""An event is not deleted while somebody has said that he comes."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0012_contacts_kept_on_wish"),
        ("rsvps", "0007_text_messages"),
    ]

    operations = [
        migrations.AlterField(
            model_name="rsvp",
            name="event",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="rsvps", to="events.event"
            ),
        ),
    ]
