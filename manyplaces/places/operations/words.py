"""The words under which schools are found: of one school, in the index of the database, and in the vocabulary."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable

from django.db import connection

from manyplaces.places.models import School, Vocabulary
from manyplaces.places.rules import city_word, state_word, words_of_school


def words_of(school: School) -> str:
    """Return the words under which a school is found, from its names and where it lies."""
    names = [school.name, *school.also.split("\n")]
    return words_of_school(names, school.city_name, school.district, school.state)


class WordIndex:
    """What is written beside the schools so that they are found; only inside the transaction of an operation."""

    def write(self, schools: Iterable[School]) -> None:
        """Write the words of schools into the index that SQLite has beside the table; PostgreSQL keeps its own."""
        if connection.vendor != "sqlite":
            return
        rows = [(school.pk, school.words) for school in schools]
        with connection.cursor() as cursor:
            cursor.executemany("DELETE FROM places_schoolwords WHERE rowid = %s", [row[:1] for row in rows])
            cursor.executemany("INSERT INTO places_schoolwords (rowid, words) VALUES (%s, %s)", rows)

    def replace_schools(self, schools: Collection[School]) -> None:
        """Write whole schools as they are, found by their numbers, and their words; three times as quick as the ORM."""
        fields = [field for field in School._meta.concrete_fields if not field.primary_key]
        names = [str(field.column) for field in fields]
        changed = ", ".join(f"{name} = excluded.{name}" for name in names if name != "number")
        statement = (
            f"INSERT INTO places_school ({', '.join(names)}) VALUES ({', '.join(['%s'] * len(names))})"  # noqa: S608
            f" ON CONFLICT (number) DO UPDATE SET {changed}"
        )
        attributes = [field.attname for field in fields]
        with connection.cursor() as cursor:
            cursor.executemany(statement, [[getattr(school, name) for name in attributes] for school in schools])
        numbers = [school.number for school in schools]
        keys = dict(School.objects.filter(number__in=numbers).values_list("number", "pk"))
        for school in schools:
            school.pk = keys[school.number]
        self.write(schools)

    def gather_vocabulary(self) -> None:
        """Write down every word of the registry anew."""
        words: set[str] = set()
        for state, short, text in School.objects.values_list("state", "city_slug", "words").iterator(chunk_size=5_000):
            words.update(text.split())
            words -= {state_word(state), city_word(state, short)}
        self._set_vocabulary(words)

    def add_words(self, text: str) -> None:
        """Add words to the vocabulary."""
        stored = Vocabulary.objects.select_for_update().filter(pk=1).values_list("words", flat=True).first() or ""
        new = {word for word in text.split() if not word.startswith("zz")}
        self._set_vocabulary(new | set(stored.split()))

    def _set_vocabulary(self, words: set[str]) -> None:
        """Replace the vocabulary where it differs, with a new version, by which every process knows of it.

        The version is drawn by lot: a restored backup may count again what a process has seen already.
        """
        Vocabulary.objects.get_or_create(pk=1)
        # What is typed is put right in plain letters, which every index takes for one word.
        text = " ".join(sorted(word for word in words if word.isascii() and word.isalnum()))
        version = secrets.randbelow(2**31 - 1) + 1
        Vocabulary.objects.filter(pk=1).exclude(words=text).update(words=text, version=version)
