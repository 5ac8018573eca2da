"""Registers the room with Django."""

from django.apps import AppConfig


class FrontConfig(AppConfig):
    """The room `front`."""

    name = "manyplaces.front"
    label = "front"
