"""The secret in his letter with which somebody takes back a contact that he gave to an organisation."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0007_contacts_given_to_organisations"),
    ]

    operations = [
        migrations.AddField(
            model_name="givencontact",
            name="owner_digest",
            field=models.CharField(blank=True, db_index=True, editable=False, max_length=64),
        ),
    ]
