"""The WSGI callable: Django, as the gate calls it behind the page store."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "manyplaces.config.settings")

application = get_wsgi_application()
