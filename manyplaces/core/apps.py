"""Registers the ground with Django."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """The ground's own tables: the number of the record."""

    name = "manyplaces.core"
    label = "core"
