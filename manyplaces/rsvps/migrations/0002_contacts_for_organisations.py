"""An attendee may give his contact to the organisations that host."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0007_contacts_given_to_organisations"),
        ("rsvps", "0001_rsvps"),
    ]

    operations = [
        migrations.AddField(
            model_name="rsvp",
            name="shares",
            field=models.ManyToManyField(blank=True, related_name="+", to="people.organisation"),
        ),
    ]
