"""Runs a real Celery worker with beat on the test's database and broker: `python -m tests.faults.worker`.

FAULT_WORKER holds, as JSON: the database's name, the broker's URL and options, seconds between sweeps, beat's file.
"""

import json
import os

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pmo.settings")
given = json.loads(os.environ["FAULT_WORKER"])
settings.DATABASES["default"]["NAME"] = given["database"]
settings.CELERY_BROKER_URL = given["broker"]
settings.CELERY_BROKER_TRANSPORT_OPTIONS = given["options"]
settings.CELERY_BEAT_SCHEDULE["sweep"]["schedule"] = given["sweep_seconds"]
django.setup()

if __name__ == "__main__":
    from pmo.celery import app

    app.worker_main(["worker", "--beat", f"--schedule={given['beat']}", "--concurrency=2", "--loglevel=WARNING"])
