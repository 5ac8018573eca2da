"""An import remembers which file it read, how far it came, and what the number of the record was then."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_imports")]

    operations = [
        migrations.AddField("import", "source", models.CharField(blank=True, db_index=True, max_length=64)),
        migrations.AddField("import", "rows_done", models.PositiveIntegerField(default=0)),
        migrations.AddField("import", "refused_rows", models.JSONField(default=list)),
        migrations.AddField("import", "generation", models.PositiveBigIntegerField(default=0)),
    ]
