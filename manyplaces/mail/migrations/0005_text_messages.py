"""A letter may be a text message, on the clock of its place, and what goes wrong on that way has a name."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mail", "0004_letters_in_safes"),
    ]

    operations = [
        migrations.AddField(
            model_name="letter",
            name="channel",
            field=models.CharField(
                choices=[("mail", "letter"), ("text", "text message")], default="mail", max_length=4
            ),
        ),
        migrations.AddField(
            model_name="letter",
            name="zone",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AlterField(
            model_name="heartbeat",
            name="trouble",
            field=models.CharField(
                blank=True,
                choices=[
                    ("unreachable", "The mail server does not answer."),
                    ("sign_in", "The mail server refuses the user name or the password."),
                    ("sender", "The mail server refuses the sender’s address."),
                    ("encryption", "There is no safe connection to the mail server."),
                    ("texts", "The text service does not answer, or does not know us."),
                ],
                max_length=20,
            ),
        ),
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
                    ("text_refused", "The text service refuses it."),
                    ("text_put_off", "The text service has put it off."),
                ],
                max_length=20,
            ),
        ),
    ]
