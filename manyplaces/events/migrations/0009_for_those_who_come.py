"""What those who come are told: languages, access, safety, room; and where an event is shown on the map."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("actions", "0005_what_to_know"),
        ("events", "0008_only_the_city"),
        ("people", "0006_words_of_languages"),
        ("places", "0004_clock_of_schools"),
    ]

    operations = [
        migrations.AddField(
            model_name="commitment",
            name="access",
            field=models.CharField(blank=True, max_length=80, verbose_name="accessibility"),
        ),
        migrations.AddField(
            model_name="commitment",
            name="access_note",
            field=models.CharField(blank=True, max_length=200, verbose_name="more about accessibility"),
        ),
        migrations.AddField(
            model_name="commitment",
            name="address_for",
            field=models.CharField(
                choices=[
                    ("all", "everybody"),
                    ("coming", "whoever has confirmed that they come, by letter"),
                    ("asked", "whomever I tell myself"),
                ],
                default="all",
                max_length=6,
            ),
        ),
        migrations.AddField(
            model_name="commitment",
            name="capacity",
            field=models.PositiveIntegerField(
                blank=True,
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(1000000),
                ],
                verbose_name="room for how many",
            ),
        ),
        migrations.AddField(
            model_name="commitment",
            name="safety",
            field=models.TextField(
                blank=True, validators=[django.core.validators.MaxLengthValidator(1000)], verbose_name="about safety"
            ),
        ),
        migrations.AddField(
            model_name="commitment",
            name="spoken",
            field=models.CharField(blank=True, max_length=80, verbose_name="languages spoken"),
        ),
        migrations.AddField(
            model_name="event",
            name="access",
            field=models.CharField(blank=True, max_length=80, verbose_name="accessibility"),
        ),
        migrations.AddField(
            model_name="event",
            name="access_note",
            field=models.CharField(blank=True, max_length=200, verbose_name="more about accessibility"),
        ),
        migrations.AddField(
            model_name="event",
            name="address_for",
            field=models.CharField(
                choices=[
                    ("all", "everybody"),
                    ("coming", "whoever has confirmed that they come, by letter"),
                    ("asked", "whomever I tell myself"),
                ],
                default="all",
                max_length=6,
            ),
        ),
        migrations.AddField(
            model_name="event",
            name="capacity",
            field=models.PositiveIntegerField(
                blank=True,
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(1000000),
                ],
                verbose_name="room for how many",
            ),
        ),
        migrations.AddField(
            model_name="event",
            name="safety",
            field=models.TextField(
                blank=True, validators=[django.core.validators.MaxLengthValidator(1000)], verbose_name="about safety"
            ),
        ),
        migrations.AddField(
            model_name="event",
            name="shown_lat",
            field=models.FloatField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="event",
            name="shown_lon",
            field=models.FloatField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="event",
            name="spoken",
            field=models.CharField(blank=True, max_length=80, verbose_name="languages spoken"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["action", "shown_lat", "shown_lon"], name="event_by_action_and_point"),
        ),
    ]
