"""Entries are chained, those that are there already too; and the database refuses to change one.

Whoever alters the table of entries on SQLite later has to make the trigger anew: the table is copied there.
"""

from typing import Any

from django.db import migrations, models

from manyplaces.journal.rules import link_of

TABLES = ("journal_entry", "journal_link")
SENTENCE = "Entries of the journal are only ever added."

SQLITE = "CREATE TRIGGER {table}_stays BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
POSTGRESQL = """
CREATE OR REPLACE FUNCTION {table}_stays() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{sentence}'; END $$;
CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_stays();
"""


def guard(apps: Any, editor: Any) -> None:
    statement = POSTGRESQL if editor.connection.vendor == "postgresql" else SQLITE
    for table in TABLES:
        editor.execute(statement.format(table=table, sentence=SENTENCE))


def open_again(apps: Any, editor: Any) -> None:
    on_postgresql = editor.connection.vendor == "postgresql"
    for table in TABLES:
        editor.execute(f"DROP TRIGGER {table}_stays ON {table}" if on_postgresql else f"DROP TRIGGER {table}_stays")
        if on_postgresql:
            editor.execute(f"DROP FUNCTION {table}_stays")


def chain(apps: Any, editor: Any) -> None:
    entries, links = apps.get_model("journal", "Entry"), apps.get_model("journal", "Link")
    names = ("actor", "door", "errand", "verb", "subject_kind", "subject_id", "before")
    made: list[Any] = []
    digest = ""
    for place, entry in enumerate(entries.objects.order_by("pk").iterator(2000), 1):
        content = {"id": entry.pk, "at": entry.at.isoformat(timespec="microseconds")}
        digest = link_of(digest, content | {name: getattr(entry, name) for name in names})
        made.append(links(place=place, entry=entry.pk, digest=digest))
    links.objects.bulk_create(made, batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_entries_by_subject")]

    operations = [
        migrations.CreateModel(
            name="Link",
            fields=[
                ("place", models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                ("entry", models.BigIntegerField(unique=True)),
                ("digest", models.CharField(max_length=64)),
            ],
        ),
        migrations.RunPython(chain, migrations.RunPython.noop),
        migrations.RunPython(guard, open_again),
    ]
