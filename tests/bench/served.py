"""The WSGI application that gunicorn serves for G14: the product as it is, on the benchmark's database."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pmo.settings")

from tests.bench import database

database.use()

from pmo.wsgi import application  # noqa: E402, F401  gunicorn looks for it
