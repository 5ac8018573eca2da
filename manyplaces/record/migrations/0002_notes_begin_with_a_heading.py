"""A note on the record may stand with its heading alone until its text is written."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("record", "0001_claims_and_media")]

    operations = [
        migrations.AlterField(
            model_name="recordnote",
            name="body",
            field=models.TextField(blank=True, validators=[django.core.validators.MaxLengthValidator(10000)]),
        ),
    ]
