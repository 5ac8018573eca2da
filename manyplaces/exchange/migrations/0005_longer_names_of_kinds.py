"""Room for the names of kinds of tables."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchange", "0004_archives")]

    operations = [migrations.AlterField("import", "kind", models.CharField(max_length=20))]
