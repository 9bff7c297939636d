"""The Django project: wiring (settings, urls, celery, wsgi) and the kernel (`pmo.core`)."""

from pmo.celery import app as celery_app

__all__ = ["celery_app"]
