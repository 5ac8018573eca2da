"""A number for text messages, what somebody agrees to be texted, and which contact is not shown to be his yet."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("rsvps", "0006_where_a_round_stands"),
    ]

    operations = [
        migrations.AddField(
            model_name="rsvp",
            name="phone_hash",
            field=models.CharField(blank=True, db_index=True, editable=False, max_length=43),
        ),
        migrations.AddField(
            model_name="rsvp",
            name="phone_sealed",
            field=models.BinaryField(default=b""),
        ),
        migrations.AddField(
            model_name="rsvp",
            name="unproved",
            field=models.CharField(blank=True, editable=False, max_length=5),
        ),
        migrations.AddField(
            model_name="rsvp",
            name="wants_text_evening",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="rsvp",
            name="wants_text_news",
            field=models.BooleanField(default=False),
        ),
    ]
