"""Pages of weekly reports and assurance ratings."""

from django.urls import path

from portfolio.status import views

urlpatterns = [
    *views.QUEUE.urls(),
    path("nodes/<str:code>/report/", views.report_edit, name="report-edit"),
    path("nodes/<str:code>/status/", views.node_status, name="node-status"),
    path("reports/<int:key>/", views.report_detail, name="report-detail"),
    *views.RATINGS.urls(),
]
