"""What somebody with an account lets press kits say of him."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0008_who_takes_a_contact_back"),
    ]

    operations = [
        migrations.AddField(
            model_name="person",
            name="press_line",
            field=models.CharField(blank=True, max_length=200, verbose_name="how the press reaches me"),
        ),
    ]
