"""Events know the day on which they were to take place before they took another one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("events", "0005_decisions_that_can_be_undone"),)
    operations = (
        migrations.AddField(
            model_name="event",
            name="moved_from",
            field=models.CharField(blank=True, max_length=40, verbose_name="moved from"),
        ),
    )
