"""What those who come to an action need to know: rights, safety, what to bring."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("actions", "0004_withdrawn_versions"),
    ]

    operations = [
        migrations.AddField(
            model_name="action",
            name="bring",
            field=models.TextField(
                blank=True, validators=[django.core.validators.MaxLengthValidator(10000)], verbose_name="what to bring"
            ),
        ),
        migrations.AddField(
            model_name="action",
            name="bring_es",
            field=models.TextField(blank=True, validators=[django.core.validators.MaxLengthValidator(10000)]),
        ),
        migrations.AddField(
            model_name="action",
            name="rights",
            field=models.TextField(
                blank=True, validators=[django.core.validators.MaxLengthValidator(10000)], verbose_name="your rights"
            ),
        ),
        migrations.AddField(
            model_name="action",
            name="rights_es",
            field=models.TextField(blank=True, validators=[django.core.validators.MaxLengthValidator(10000)]),
        ),
        migrations.AddField(
            model_name="action",
            name="safety",
            field=models.TextField(
                blank=True, validators=[django.core.validators.MaxLengthValidator(10000)], verbose_name="safety"
            ),
        ),
        migrations.AddField(
            model_name="action",
            name="safety_es",
            field=models.TextField(blank=True, validators=[django.core.validators.MaxLengthValidator(10000)]),
        ),
    ]
