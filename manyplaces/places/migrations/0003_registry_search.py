"""Adds the words under which schools are found, their index, and what was imported when."""

import django.utils.timezone
from django.db import migrations, models

# The words of schools are searched through an index of the database's own kind: on SQLite a table that operations write
# beside the school, with the school's key as its row; on PostgreSQL an index over the school's own column.
INDEXES = {
    "sqlite": [
        "CREATE VIRTUAL TABLE places_schoolwords USING fts5"
        "(words, prefix='1 2 3', detail=none, tokenize='unicode61 remove_diacritics 0')",
    ],
    "postgresql": [
        "CREATE INDEX school_by_word ON places_school USING gin"
        " (array_to_tsvector(string_to_array(words, ' '))) WITH (fastupdate = off)",
    ],
}
DROPS = {
    "sqlite": ["DROP TABLE places_schoolwords"],
    "postgresql": ["DROP INDEX school_by_word"],
}


def add_index(apps, schema_editor):
    for statement in INDEXES[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def drop_index(apps, schema_editor):
    for statement in DROPS[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [
        ("places", "0002_registry"),
    ]

    operations = [
        migrations.CreateModel(
            name="SchoolList",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file_name", models.CharField(max_length=255)),
                ("started", models.DateTimeField(default=django.utils.timezone.now)),
                ("added", models.PositiveIntegerField(default=0)),
                ("changed", models.PositiveIntegerField(default=0)),
                ("unchanged", models.PositiveIntegerField(default=0)),
                ("refused", models.PositiveIntegerField(default=0)),
                ("closed", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Vocabulary",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0)),
                ("words", models.TextField(blank=True)),
            ],
            options={
                "verbose_name_plural": "vocabularies",
            },
        ),
        migrations.AddField(
            model_name="school",
            name="also",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="school",
            name="words",
            field=models.TextField(blank=True),
        ),
        migrations.AddIndex(
            model_name="school",
            index=models.Index(fields=["match_key"], name="school_by_key", opclasses=["varchar_pattern_ops"]),
        ),
        migrations.RunPython(add_index, drop_index),
    ]
