"""What is spoken at all sites of a list can be said once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("lists", "0004_what_rows_say_to_those_who_come"),
    ]

    operations = [
        migrations.AddField(
            model_name="sitelist",
            name="spoken_words",
            field=models.CharField(blank=True, max_length=200, verbose_name="languages spoken"),
        ),
    ]
