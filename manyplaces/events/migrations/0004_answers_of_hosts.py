"""What a host answered to the reviewers' question is kept beside the question."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0003_hosts_hand_over"),
    ]

    operations = [
        migrations.AddField(
            model_name="commitment",
            name="answer",
            field=models.TextField(blank=True, validators=[django.core.validators.MaxLengthValidator(1000)]),
        ),
    ]
