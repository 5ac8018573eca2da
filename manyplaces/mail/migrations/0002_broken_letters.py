"""Lets a letter say that something is wrong with itself, which is no server's doing."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mail", "0001_letters")]

    operations = [
        migrations.AlterField(
            model_name="letter",
            name="error",
            field=models.CharField(
                blank=True,
                choices=[
                    ("refused", "The recipient’s mail server refuses it."),
                    ("put_off", "The recipient’s mail server has put it off."),
                    ("broken_off", "The connection broke while it was sent."),
                    ("address", "No letter can be sent to this address."),
                    ("unreadable", "The key that sealed it is gone."),
                    ("broken", "Something is wrong with this letter itself."),
                    ("late", "What it says is no longer true."),
                    ("unsubscribed", "The recipient does not want such letters."),
                ],
                max_length=20,
            ),
        ),
    ]
