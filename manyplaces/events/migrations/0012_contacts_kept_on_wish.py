"""A host may want us to keep how he is reached."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0011_only_its_host_tells_where"),
    ]

    operations = [
        migrations.AddField(
            model_name="host",
            name="is_kept",
            field=models.BooleanField(default=False),
        ),
    ]
