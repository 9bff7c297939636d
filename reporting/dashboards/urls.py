"""Pages of the dashboards."""

from django.urls import path

from reporting.dashboards import views

urlpatterns = [
    path("", views.home, name="home"),
    path("figures/", views.figures, name="figures"),
    path("figures/export.<slug:file_format>", views.figures_export, name="figures-export"),
    path("charts/<slug:key>.json", views.chart, name="chart"),
]
