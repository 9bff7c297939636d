"""Pages of the register."""

from django.urls import path

from portfolio.people import views as people
from portfolio.registry import views

urlpatterns = [
    path("portfolios/", views.portfolios, name="portfolios"),
    path("nodes/<str:code>/", views.node_detail, name="node-detail"),
    path("nodes/<str:code>/move/", views.node_move, name="node-move"),
    path("baselines/<int:key>/approve/", views.baseline_approve, name="baseline-approve"),
    *people.memberships(views.NODE).urls(),
    *[url for url in views.REGISTER.urls() if url.name != "node-detail"],
]
