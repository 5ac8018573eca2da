"""The chores that forgot by a single look at the clock are gone; what the clock noted of them would stand for ever."""

from django.db import migrations

GONE = ("mail.forget_letters", "lists.forget_contacts", "people.forget_given_contacts", "people.close_unused")
GONE += ("people.delete_closed", "rsvps.forget_told")


def forget(apps, schema_editor):
    """Delete the slots of chores that are gone: one that had failed would be told as failed for ever."""
    apps.get_model("mail", "Slot").objects.filter(name__in=GONE).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("mail", "0005_text_messages"),
        ("rsvps", "0008_answers_hold_their_event"),
    ]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
