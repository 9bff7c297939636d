"""Pages of benefits."""

from django.urls import path

from portfolio.benefits import views

urlpatterns = [
    path("nodes/<str:code>/benefits/", views.node_benefits, name="node-benefits"),
    path("nodes/<str:code>/benefits/realisation.json", views.node_benefits_curve, name="node-benefits-curve"),
    path("nodes/<str:code>/benefits/edit/", views.node_benefits_edit, name="node-benefits-edit"),
    path("nodes/<str:code>/benefits/baseline/", views.node_benefits_baseline, name="node-benefits-baseline"),
    path("benefit-profiles/<int:key>/shares/", views.benefit_shares, name="benefit-shares"),
    *views.BENEFITS.urls(),
    *views.VALUES.urls(),
]
