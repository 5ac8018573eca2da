"""Registers the room with Django."""

from django.apps import AppConfig


class RsvpsConfig(AppConfig):
    """The room `rsvps`."""

    name = "manyplaces.rsvps"
    label = "rsvps"
