"""Pages of actions."""

from django.urls import path

from portfolio.actions import views

urlpatterns = [
    path("actions/<int:key>/complete/", views.action_complete, name="action-complete"),
    *views.ACTIONS.urls(),
]
