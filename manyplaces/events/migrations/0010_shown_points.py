"""Write down where the events that are there already are shown."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Case, F, FloatField, Max, OuterRef, Q, Subquery, When

# Events in one statement; a hundred thousand of them take a second or two.
BATCH = 10_000


def settle_points(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The place where it is told and has a position, else the city where that has one."""
    events = apps.get_model("events", "Event")._base_manager
    told = Q(covers="place", is_shielded=False, only_city=False)
    has_own = Q(spelling__place__lat__isnull=False, spelling__place__lon__isnull=False)
    in_city = Q(city__lat__isnull=False, city__lon__isnull=False)
    found = {
        name: Case(
            When(told & has_own, then=F(f"spelling__place__{name}")),
            When(in_city, then=F(f"city__{name}")),
            output_field=FloatField(null=True),
        )
        for name in ("lat", "lon")
    }
    points = {
        f"shown_{name}": Subquery(events.filter(pk=OuterRef("pk")).annotate(found=case).values("found")[:1])
        for name, case in found.items()
    }
    last = events.aggregate(last=Max("pk"))["last"] or 0
    for first in range(0, last + 1, BATCH):
        events.filter(pk__gte=first, pk__lt=first + BATCH).update(**points)


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0009_for_those_who_come"),
    ]

    operations = [
        migrations.RunPython(settle_points, migrations.RunPython.noop),
    ]
