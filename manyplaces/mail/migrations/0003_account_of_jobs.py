"""A job notes the account in whose name it is done."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mail", "0002_broken_letters")]

    operations = [
        migrations.AddField(
            model_name="job",
            name="person",
            field=models.BigIntegerField(default=0),
        ),
    ]
