"""Pages of the import."""

from django.urls import path

from portfolio.exchange import views

urlpatterns = [
    path("import/", views.upload, name="import-upload"),
    path("import/<int:key>/", views.run, name="import-run"),
    path("import/<int:key>/progress/", views.progress, name="import-progress"),
    path("import/<int:key>/check/", views.check, name="import-check"),
    path("import/<int:key>/apply/", views.apply, name="import-apply"),
    path("import/<int:key>/stop/", views.stop, name="import-stop"),
]
