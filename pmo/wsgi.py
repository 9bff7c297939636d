"""The web entry point: refuses to serve an unsafe configuration, in words, before the first request."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pmo.settings")
application = get_wsgi_application()

from pmo.core.checks import refuse_unsafe_start  # noqa: E402  app ready

refuse_unsafe_start()
