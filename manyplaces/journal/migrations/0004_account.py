"""Entries note the account that acted. No table is copied for it, so the triggers that guard the entries stay."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("journal", "0003_chain")]

    operations = [
        migrations.AddField(
            model_name="entry",
            name="person",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddIndex(model_name="entry", index=models.Index(fields=["person"], name="entry_by_account")),
    ]
