"""Index of the kernel's pages."""

from django.urls import path

from pmo.core import views

urlpatterns = [
    path("help/", views.help_page, name="help"),
    path("livez", views.livez, name="livez"),
    path("readyz", views.readyz, name="readyz"),
]
