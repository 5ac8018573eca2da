"""That two media hits are not one story, a person can say."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("record", "0007_links_are_watched")]

    operations = [
        migrations.AddField(
            model_name="mediahit",
            name="other_stories",
            field=models.ManyToManyField(blank=True, to="record.mediahit"),
        ),
    ]
