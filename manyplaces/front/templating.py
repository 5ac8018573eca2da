"""Jinja2 for the public pages: what every template may use."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment


def environment(**options: Any) -> Environment:
    """Return the environment that Django's Jinja2 backend asks for."""
    return Environment(**options)  # noqa: S701
