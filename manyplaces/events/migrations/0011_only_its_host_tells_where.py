"""Only the host of an event that shows no more than its city tells where it is, as its form has promised until now."""

from __future__ import annotations

from typing import Any

from django.db import migrations


def promise(apps: Any, _editor: Any) -> None:
    for name in ("Commitment", "Event"):
        rows = apps.get_model("events", name)._base_manager
        rows.filter(only_city=True, address_for="all").update(address_for="asked")


class Migration(migrations.Migration):
    dependencies = [("events", "0010_shown_points")]

    operations = [migrations.RunPython(promise, migrations.RunPython.noop)]
