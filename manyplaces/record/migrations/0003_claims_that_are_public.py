"""Nothing in the database: claims about what is hidden are left out unless a query asks for every one."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("record", "0002_notes_begin_with_a_heading")]

    operations = [
        migrations.AlterModelOptions(name="claim", options={"base_manager_name": "every"}),
        migrations.AlterModelManagers(
            name="claim", managers=[("objects", models.Manager()), ("every", models.Manager())]
        ),
    ]
