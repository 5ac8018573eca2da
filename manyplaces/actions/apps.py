"""Registers the room with Django."""

from django.apps import AppConfig


class ActionsConfig(AppConfig):
    """The room `actions`."""

    name = "manyplaces.actions"
    label = "actions"
