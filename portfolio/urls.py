"""Index of the app's pages, area by area."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

AREAS = ("people", "registry", "finance", "schedule", "status", "exchange")

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(f"portfolio.{area}.urls")) for area in AREAS if find_spec(f"portfolio.{area}.urls")
]
