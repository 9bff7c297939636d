"""Pages of the audit log."""

from django.urls import path

from governance.audit import views

urlpatterns = [
    *views.AUDIT.urls(),
    path("nodes/<str:code>/history/", views.node_timeline, name="node-timeline"),
]
