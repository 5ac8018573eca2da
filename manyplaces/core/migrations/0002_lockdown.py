"""The site can be closed to every change."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0001_number_of_the_record")]

    operations = [
        migrations.CreateModel(
            name="Lockdown",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateTimeField()),
            ],
        ),
    ]
