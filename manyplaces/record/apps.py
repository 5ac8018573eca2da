"""Registers the room with Django."""

from django.apps import AppConfig


class RecordConfig(AppConfig):
    """The room `record`."""

    name = "manyplaces.record"
    label = "record"
