"""What the choices of languages say has changed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0005_proposals_made_alone"),
    ]

    operations = [
        migrations.AlterField(
            model_name="coalition",
            name="languages",
            field=models.CharField(
                choices=[
                    ("en es", "English and Spanish; search engines show English first"),
                    ("es en", "English and Spanish; search engines show Spanish first"),
                    ("en", "English only"),
                    ("es", "Spanish only"),
                ],
                default="en es",
                max_length=5,
                verbose_name="languages",
            ),
        ),
    ]
