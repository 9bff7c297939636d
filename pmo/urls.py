"""The table of contents of all pages."""

from django.urls import include, path

handler400 = "pmo.core.views.bad_request"

urlpatterns = [
    path("", include("reporting.urls")),
    path("", include("governance.urls")),
    path("", include("portfolio.urls")),
    path("", include("pmo.core.urls")),
]
