"""Pages of the past."""

from django.urls import path

from reporting.snapshots import views

urlpatterns = [
    path("changes/", views.all_changes, name="changes"),
    path("changes/export.<slug:file_format>", views.all_changes_export, name="changes-export"),
    path("nodes/<str:code>/changes/", views.node_changes, name="node-changes"),
    path("nodes/<str:code>/changes/export.<slug:file_format>", views.node_changes_export, name="node-changes-export"),
]
