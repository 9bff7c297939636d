"""Pages of the dashboards."""

from django.urls import path

from reporting.dashboards import views

urlpatterns = [
    path("", views.home, name="home"),
    path("charts/<slug:key>.json", views.chart, name="chart"),
]
