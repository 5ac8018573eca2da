"""Registers the room with Django."""

from django.apps import AppConfig


class ListsConfig(AppConfig):
    """The room `lists`."""

    name = "manyplaces.lists"
    label = "lists"
