"""Rows of lists bring what a site says to those who come."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("lists", "0003_undoing"),
    ]

    operations = [
        migrations.AddField(
            model_name="listrow",
            name="access_words",
            field=models.CharField(blank=True, max_length=200, verbose_name="accessibility"),
        ),
        migrations.AddField(
            model_name="listrow",
            name="capacity",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="room for how many"),
        ),
        migrations.AddField(
            model_name="listrow",
            name="safety",
            field=models.CharField(blank=True, max_length=1000, verbose_name="about safety"),
        ),
        migrations.AddField(
            model_name="listrow",
            name="spoken_words",
            field=models.CharField(blank=True, max_length=200, verbose_name="languages spoken"),
        ),
    ]
