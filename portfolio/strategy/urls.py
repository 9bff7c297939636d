"""Pages of strategy."""

from django.urls import path

from portfolio.strategy import views

urlpatterns = [
    path("nodes/<str:code>/strategy/", views.node_strategy, name="node-strategy"),
    *views.OBJECTIVES.urls(),
    *views.CONTRIBUTIONS.urls(),
]
