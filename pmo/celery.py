"""The Celery application: workers are woken by the broker, but what is to be done stands in PostgreSQL."""

import os

from celery import Celery

from pmo.core import file_broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pmo.settings")
file_broker.install()
app = Celery("gatehouse")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["pmo.core"])
