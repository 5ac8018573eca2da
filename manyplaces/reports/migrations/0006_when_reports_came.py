"""A report that was carried from another installation keeps when it came."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0005_recaps_given_back")]

    operations = [
        migrations.AlterField(
            "report", "made_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)
        ),
    ]
